//! A YAML file as a tree of nodes that know where they are. What the nodes mean is not known here.
//!
//! The parser stops at a syntax error, but not at a wrong key or type, so that those can be reported all at once. It bounds
//! depth, size and aliases.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Location, Spanned};

use super::place::Position;

/// How deep a configuration may nest; the deepest one that means something has five levels.
const DEPTH_MAX: usize = 32;

/// How many nodes a configuration may have: 10 000 backlogs of a hundred each.
const NODES_MAX: usize = 1_000_000;

/// How many of them aliases may repeat: 10 000 backlogs that share ten each.
const REPEATED_MAX: usize = 100_000;

/// What is said about a file beyond one of these bounds, or of those that the parser has of itself.
const TOO_LARGE: &str = "the file is larger or nested more deeply than a configuration can be";

/// A value and where it is.
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) position: Position,
}

/// What a node is, as far as YAML knows.
pub(super) enum Value {
    /// Nothing, as after a key without a value.
    Nothing,
    /// A text, which in YAML may look like a number or a truth value.
    Text(String),
    List(Vec<Node>),
    /// Keys with their values in the order of the file, repeated ones included.
    Map(Vec<(Node, Node)>),
}

/// Why a text is not one YAML document.
pub(super) struct SyntaxError {
    pub(super) position: Position,
    pub(super) reason: String,
    pub(super) advice: String,
}

/// The tree of a file's text.
pub(super) fn parse(text: &str) -> Result<Node, SyntaxError> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: DEPTH_MAX, max_nodes: NODES_MAX },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: REPEATED_MAX },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        emit_comments: false,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options::<Spanned<Untyped>>(text, options)
        .map(|root| node(root, text))
        .map_err(|error| tab(&error, text).unwrap_or_else(|| syntax_error(&error)))
}

/// The tab that a line is indented with where the parser stopped: on that line or on the next one that is not empty.
fn tab(error: &serde_saphyr::Error, text: &str) -> Option<SyntaxError> {
    let Position::Text { line, .. } = position(error.location()?) else { return None };
    let mut lines = text.lines().enumerate().skip(line.saturating_sub(1));
    let stopped = lines.next().into_iter();
    let (index, indent) =
        stopped.chain(lines.find(|(_, line)| !line.trim().is_empty())).find_map(|(index, line)| {
            let indent = &line[..line.len() - line.trim_start().len()];
            indent.find('\t').map(|bytes| (index, &indent[..bytes]))
        })?;
    Some(SyntaxError {
        position: Position::Text { line: index + 1, column: indent.chars().count() + 1 },
        reason: format!("line {} is indented with a tab; YAML takes spaces", index + 1),
        advice: "write spaces in place of the tab".to_owned(),
    })
}

fn syntax_error(error: &serde_saphyr::Error) -> SyntaxError {
    use serde_saphyr::Error;

    let advice = "check indentation, quotes and brackets here and just before".to_owned();
    let mut cause = error;
    while let Error::AliasError { error, .. } = cause {
        cause = error;
    }
    let limits = || {
        format!(
            "the limits are {DEPTH_MAX} levels, {NODES_MAX} values, and {REPEATED_MAX} values that are repeated by aliases"
        )
    };
    let (reason, advice) = match cause {
        Error::MultipleDocuments { .. } => {
            ("there is more than one YAML document".to_owned(), "remove the line `---` and what follows it".to_owned())
        }
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => (TOO_LARGE.to_owned(), limits()),
        // These are about punctuation; the messages of other errors may repeat a value.
        Error::ExternalMessage { .. } => {
            let message = cause.to_string();
            let message = message.rsplit_once(" at line ").map_or(&*message, |(message, _)| message);
            if message.contains("recursion limit") {
                (TOO_LARGE.to_owned(), limits())
            } else if message.contains("unknown escape character") {
                let advice =
                    "write a regular expression in single quotes: in double quotes YAML itself reads each `\\`";
                (format!("this is not valid YAML: {message}"), advice.to_owned())
            } else {
                (format!("this is not valid YAML: {message}"), advice)
            }
        }
        Error::UnknownAnchor { .. } => (
            "this refers to an anchor that nothing above defines".to_owned(),
            "put a value that begins with `*` into quotes, or define the anchor with `&`".to_owned(),
        ),
        _ => ("this is not valid YAML".to_owned(), advice),
    };
    SyntaxError { position: error.location().map_or(Position::Whole, position), reason, advice }
}

fn position(at: Location) -> Position {
    let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    Position::Text { line: number(at.line()), column: number(at.column()) }
}

fn node(untyped: Spanned<Untyped>, text: &str) -> Node {
    let value = match untyped.value {
        Untyped::Nothing => Value::Nothing,
        Untyped::Plain => Value::Text(written(untyped.defined, text).unwrap_or_default().to_owned()),
        Untyped::Text(content) => Value::Text(content),
        Untyped::List(items) => Value::List(items.into_iter().map(|item| node(item, text)).collect()),
        Untyped::Map(entries) => {
            Value::Map(entries.into_iter().map(|(key, value)| (node(key, text), node(value, text))).collect())
        }
    };
    Node { value, position: position(untyped.referenced) }
}

/// The characters of the file that a node was read from.
fn written(at: Location, text: &str) -> Option<&str> {
    let from = usize::try_from(at.span().byte_offset()?).ok()?;
    text.get(from..from.checked_add(usize::try_from(at.span().byte_len()?).ok()?)?)
}

/// What the parser makes of a node. It distinguishes numbers and truth values from texts,
/// which this module undoes.
enum Untyped {
    Nothing,
    Plain,
    Text(String),
    List(Vec<Spanned<Untyped>>),
    Map(Vec<(Spanned<Untyped>, Spanned<Untyped>)>),
}

impl<'de> Deserialize<'de> for Untyped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UntypedVisitor)
    }
}

struct UntypedVisitor;

impl<'de> Visitor<'de> for UntypedVisitor {
    type Value = Untyped;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Untyped, E> {
        Ok(Untyped::Nothing)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Untyped, E> {
        Ok(Untyped::Plain)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Untyped, E> {
        Ok(Untyped::Plain)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Untyped, E> {
        Ok(Untyped::Plain)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Untyped, E> {
        Ok(Untyped::Plain)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Untyped, E> {
        Ok(Untyped::Plain)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Untyped, E> {
        Ok(Untyped::Plain)
    }

    fn visit_str<E>(self, text: &str) -> Result<Untyped, E> {
        Ok(Untyped::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Untyped, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Untyped::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Untyped, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Untyped::Map(entries))
    }
}
