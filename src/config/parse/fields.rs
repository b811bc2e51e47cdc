//! The keys of one mapping, taken one by one; whatever is unknown, repeated or of a wrong shape is told.

use std::collections::HashMap;

use crate::config::document::{Node, Value};
use crate::config::problem::Findings;
use crate::config::raw::{Field, Given, Texts};
use crate::config::source::Place;
use crate::config::{keys, suggest};
use leveret_runtime::quoted::quoted;

/// A mapping whose keys are known.
pub(super) struct Fields<'a> {
    place: &'a Place,
    entries: HashMap<&'static str, (&'a Place, &'a Node)>,
    /// Keys that were most likely meant by unknown ones: their absence is not to be told as well.
    meant: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The known keys of a mapping. Problems name `what` it describes, and point `at` the key that it belongs to if it is
    /// no mapping; `later` are the keys of later versions.
    pub(super) fn of(
        node: &'a Node,
        at: &Place,
        what: &str,
        known: &'static [&'static str],
        later: &[&str],
        findings: &mut Findings,
    ) -> Option<Self> {
        let Value::Map(map) = &node.value else {
            let reason = match node.value {
                Value::Nothing => format!("{what} is empty"),
                _ => format!("{what} is written as keys with values, not as {}", shape(node)),
            };
            findings.add(at, reason, format!("write its keys below each other: {}", suggest::list(known)));
            node.veil(findings);
            return None;
        };
        let (mut entries, mut meant) = (HashMap::new(), Vec::new());
        for (key, value) in map {
            let Value::Text(word) = &key.value else {
                findings.add(&key.place, format!("a key of {what} is a text, not {}", shape(key)), "remove it");
                key.veil(findings);
                value.veil(findings);
                continue;
            };
            if keys::WITH_URLS.contains(&word.as_str()) {
                value.veil_urls(findings);
            }
            match known.iter().find(|known| **known == word.as_str()) {
                Some(known) if entries.contains_key(known) => {
                    findings.add(&key.place, format!("`{known}` is given twice"), "keep one of them");
                }
                Some(known) => {
                    entries.insert(*known, (&key.place, value));
                }
                None => {
                    meant.extend(unknown(key, word, what, (known, later), findings));
                    value.veil(findings);
                }
            }
        }
        Some(Self { place: &node.place, entries, meant })
    }

    /// Where the mapping begins.
    pub(super) fn place(&self) -> &Place {
        self.place
    }

    /// Whether one of these keys was written or meant; it is a problem if none was.
    pub(super) fn one_of(&self, keys: &[&'static str], findings: &mut Findings) -> bool {
        let found = keys.iter().any(|key| self.entries.contains_key(key) || self.meant.contains(key));
        if !found {
            let names: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            findings.add(
                self.place,
                format!("{} is missing here", names.join(" or ")),
                "add it, or remove the key above",
            );
        }
        found
    }

    /// The text of a key.
    pub(super) fn text(&mut self, key: &'static str, findings: &mut Findings) -> Field<String> {
        self.take(key, findings, |_, node, findings| text(&format!("`{key}`"), node, findings))
    }

    /// The list of texts of a key.
    pub(super) fn texts(&mut self, key: &'static str, findings: &mut Findings) -> Field<Texts> {
        self.list(key, findings, |node, findings| {
            text(&format!("an element of `{key}`"), node, findings)
                .map(|value| Given { value, place: node.place.clone() })
        })
    }

    /// The list of a key, each element read in the same way; it is broken if none of them can be read.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        findings: &mut Findings,
        read: impl Fn(&'a Node, &mut Findings) -> Option<T>,
    ) -> Field<Vec<T>> {
        self.take(key, findings, |at, node, findings| {
            let Value::List(items) = &node.value else {
                let advice = "begin each element with `- `, or put them into `[` and `]`";
                node.veil(findings);
                findings.add(at, format!("`{key}` is a list, not {}", shape(node)), advice);
                return None;
            };
            let read: Vec<T> = items.iter().filter_map(|item| read(item, findings)).collect();
            (items.is_empty() || !read.is_empty()).then_some(read)
        })
    }

    /// The mapping of a key.
    pub(super) fn map(
        &mut self,
        key: &'static str,
        known: &'static [&'static str],
        findings: &mut Findings,
    ) -> Field<Fields<'a>> {
        self.take(key, findings, |at, node, findings| Fields::of(node, at, &format!("`{key}`"), known, &[], findings))
    }

    fn take<T>(
        &mut self,
        key: &'static str,
        findings: &mut Findings,
        read: impl FnOnce(&Place, &'a Node, &mut Findings) -> Option<T>,
    ) -> Field<T> {
        let Some((place, node)) = self.entries.remove(key) else {
            return if self.meant.contains(&key) { Field::Broken } else { Field::Absent };
        };
        if matches!(node.value, Value::Nothing) {
            findings.add(place, format!("`{key}` has no value"), "write one after the colon, or remove the key");
            return Field::Broken;
        }
        read(place, node, findings)
            .map_or(Field::Broken, |value| Field::Given(Given { value, place: node.place.clone() }))
    }
}

impl<'a> Field<Fields<'a>> {
    /// What is made of a mapping's keys.
    pub(super) fn map<T>(self, read: impl FnOnce(&mut Fields<'a>) -> T) -> Field<T> {
        match self {
            Self::Absent => Field::Absent,
            Self::Broken => Field::Broken,
            Self::Given(Given { mut value, place }) => Field::Given(Given { value: read(&mut value), place }),
        }
    }
}

fn text(what: &str, node: &Node, findings: &mut Findings) -> Option<String> {
    match &node.value {
        Value::Text(text) if text.is_empty() => {
            findings.add(&node.place, format!("{what} is empty"), "write a value, or remove it");
            None
        }
        Value::Text(text) => Some(text.clone()),
        Value::Nothing | Value::List(_) | Value::Map(_) => {
            let advice = "write one value here; put it into quotes if it holds `: `, `#` or brackets";
            findings.add(&node.place, format!("{what} takes a text, not {}", shape(node)), advice);
            node.veil(findings);
            None
        }
    }
}

/// Tells an unknown key, and returns the known keys that it may stand for.
fn unknown(
    key: &Node,
    word: &str,
    what: &str,
    (known, later): (&[&'static str], &[&str]),
    findings: &mut Findings,
) -> Vec<&'static str> {
    if later.contains(&word) {
        findings.add(&key.place, format!("`{word}` is not supported by this version"), "remove it");
        return Vec::new();
    }
    let reason = format!("{} is not a key of {what}", quoted(word));
    if let Some(meant) = suggest::nearest(word, known.iter().copied()) {
        findings.add(&key.place, reason, format!("did you mean `{meant}`?"));
        return known.iter().copied().filter(|known| *known == meant).collect();
    }
    if let Some(secret) = suggest::nearest(word, ["username", "password"]) {
        let advice =
            format!("secrets do not belong in this file: write `{secret}File` or `{secret}Env` in `credentials`");
        findings.add(&key.place, reason, advice);
        return known.iter().copied().filter(|known| known.starts_with(secret)).collect();
    }
    findings.add(&key.place, reason, format!("the keys here are: {}", suggest::list(known)));
    Vec::new()
}

fn shape(node: &Node) -> &'static str {
    match node.value {
        Value::Nothing => "nothing",
        Value::Text(_) => "a text",
        Value::List(_) => "a list",
        Value::Map(_) => "keys with values",
    }
}
