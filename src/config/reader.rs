//! Deserializes the model from a tree of nodes. A derived structure brings its keys and a derived enum its words, so that
//! no list of them is written here. Whatever is unknown, repeated or of a wrong shape is reported, and the rest is read.

mod keys;

use std::cell::RefCell;
use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{Deserialize, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::document::{Node, Value};
use super::findings::Findings;
use super::place::{Place, Step};
use super::setting::{self, Setting};
use super::{either, model, suggest};

/// The model that a tree describes. What could not be read of it is [`Setting::Invalid`], and a finding.
pub(super) fn read(root: &Node, findings: &mut Findings) -> Setting<model::Config> {
    let findings = RefCell::new(findings);
    let reader = Reader { node: Some(root), place: Place::ROOT, findings: &findings };
    Setting::deserialize(reader).unwrap_or(Setting::Invalid)
}

/// Keys without which what they belong to means nothing, so that no message says to remove them.
const REQUIRED: [&str; 4] = ["name", "url", "match", "brokers"];

/// One value that is to be read.
#[derive(Clone, Copy)]
struct Reader<'a> {
    /// Nothing if the value is already known to be unusable.
    node: Option<&'a Node>,
    place: Place,
    findings: &'a RefCell<&'a mut Findings>,
}

/// Something was wrong and has been added to the findings.
#[derive(Debug)]
struct Reported;

impl<'a> Reader<'a> {
    fn report(self, place: Place, reason: impl Into<String>, advice: impl Into<String>) -> Reported {
        self.findings.borrow_mut().add(place, reason, advice);
        Reported
    }

    fn node(self) -> Result<&'a Node, Reported> {
        self.node.ok_or(Reported)
    }

    /// Whether the value is that of one of these keys.
    fn is_at(self, keys: &[&str]) -> bool {
        let path = self.findings.borrow().path(self.place);
        keys.contains(&path.rsplit('.').next().unwrap_or_default())
    }

    /// Reports that the value has another shape than the one that belongs here.
    fn mismatch(self, node: &Node, wanted: &str, advice: impl Into<String>) -> Reported {
        let reason = match node.value {
            Value::Nothing if self.place == Place::ROOT => "the file is empty".to_owned(),
            _ => format!("this takes {wanted}, not {}", shape(node)),
        };
        self.report(self.place, reason, advice)
    }

    fn text(self) -> Result<&'a str, Reported> {
        let node = self.node()?;
        match &node.value {
            Value::Text(text) if text.is_empty() => {
                let advice = if self.is_at(&REQUIRED) { "write a value" } else { "write a value, or remove it" };
                Err(self.report(self.place, "this is empty", advice))
            }
            Value::Text(text) => Ok(text),
            Value::Nothing | Value::List(_) | Value::Map(_) => {
                let advice = if self.is_at(&["vhost"]) && matches!(node.value, Value::List(_)) {
                    "write the list as `vhosts`"
                } else {
                    "write one value here; put it into quotes if it holds `: `, `#` or brackets"
                };
                Err(self.mismatch(node, "a single value", advice))
            }
        }
    }
}

fn shape(node: &Node) -> &'static str {
    match node.value {
        Value::Nothing => "nothing",
        Value::Text(_) => "a single value",
        Value::List(_) => "a list",
        Value::Map(_) => "keys with values",
    }
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Reported;

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Reported> {
        if name == either::NAME {
            let node = self.node()?;
            if !matches!(node.value, Value::List(_) | Value::Map(_)) {
                let advice = "write `[a]` for one name, `[a, b]` for several, or `{match: 'a.*'}` for a pattern";
                return Err(self.mismatch(node, "a list or keys with values", advice));
            }
            let is_list = matches!(node.value, Value::List(_));
            return visitor.visit_map(MapDeserializer::new(std::iter::once((is_list, self))));
        }
        if name == setting::NAME {
            return visitor.visit_map(MapDeserializer::new(std::iter::once((self.place.number(), self))));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Reported> {
        let node = self.node()?;
        let Value::Map(entries) = &node.value else {
            let advice = match (name, &node.value) {
                ("Queues", Value::List(_)) => "write `{names: […]}` for a list of names".to_owned(),
                ("Queues", _) => "write `{names: [a]}` for a name, or `{match: 'a.*'}` for a pattern".to_owned(),
                _ => format!("write its keys below each other: {}", suggest::list(known)),
            };
            return Err(self.mismatch(node, "keys with values", advice));
        };
        visitor.visit_map(MapDeserializer::new(self.fields(name, entries, known).into_iter()))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Reported> {
        let node = self.node()?;
        let Value::List(items) = &node.value else {
            let advice = "begin each element with `- `, or put them into `[` and `]`";
            return Err(self.mismatch(node, "a list", advice));
        };
        let element = |(index, item): (usize, &Node)| {
            let step = Step::Element(index);
            self.findings.borrow_mut().below(self.place, step, item.position.clone())
        };
        visitor.visit_seq(SeqDeserializer::new(items.iter().enumerate().map(|(n, item)| Self {
            node: Some(item),
            place: element((n, item)),
            ..self
        })))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Reported> {
        let word = self.text()?;
        if !words.contains(&word) {
            let advice = suggest::advice(word, words, "choose from");
            return Err(self.report(self.place, "this is not a known value", advice));
        }
        visitor.visit_enum(StrDeserializer::<Reported>::new(word))
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Reported> {
        let text = self.text()?;
        let read: Result<_, Reported> = visitor.visit_str(text);
        read.map_err(|_| {
            self.report(self.place, "this value cannot be read", "look the key up in docs/configuration.md")
        })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct tuple map identifier ignored_any
    }
}

impl IntoDeserializer<'_, Reported> for Reader<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The message is dropped, because it may repeat a value; [`Reader::deserialize_any`] reports the place instead.
impl serde::de::Error for Reported {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl std::error::Error for Reported {}

impl fmt::Display for Reported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("reported among the findings")
    }
}

#[cfg(test)]
mod tests {
    use super::super::findings::Origin;
    use super::super::place::Position;
    use super::*;

    #[test]
    fn a_value_that_its_type_refuses_is_reported_without_the_value() {
        let node = Node { value: Value::Text("hunter2".to_owned()), position: Position::Whole };
        let mut findings = Findings::new("leveret.yaml", Origin::File, Position::Whole);
        let cell = RefCell::new(&mut findings);
        let reader = Reader { node: Some(&node), place: Place::ROOT, findings: &cell };
        assert!(matches!(Setting::<u32>::deserialize(reader), Ok(Setting::Invalid)));
        let (_, problems, _) = findings.into_problems();
        assert_eq!(problems.len(), 1);
        assert!(!problems[0].reason.contains("hunter2") && !problems[0].advice.contains("hunter2"));
    }
}
