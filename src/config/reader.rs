//! Deserializes the model from a tree of nodes. A derived structure brings its keys and a derived enum its words, so that
//! no list of them is written here. Whatever is unknown, repeated or of a wrong shape is reported, and the rest is read.

use std::cell::RefCell;
use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{Deserialize, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::document::{Node, Value};
use super::findings::Findings;
use super::place::{Place, Step};
use super::setting::{self, Setting};
use super::{model, suggest};

/// The model that a tree describes. What could not be read of it is [`Setting::Invalid`], and a finding.
pub(super) fn read(root: &Node, findings: &mut Findings) -> Setting<model::Config> {
    let findings = RefCell::new(findings);
    let reader = Reader { node: Some(root), place: Place::ROOT, findings: &findings };
    Setting::deserialize(reader).unwrap_or(Setting::Invalid)
}

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
                Err(self.report(self.place, "this is empty", "write a value, or remove it"))
            }
            Value::Text(text) => Ok(text),
            Value::Nothing | Value::List(_) | Value::Map(_) => {
                let advice = "write one value here; put it into quotes if it holds `: `, `#` or brackets";
                Err(self.mismatch(node, "a single value", advice))
            }
        }
    }

    /// The known keys of a mapping with their values. A key that was most likely meant by an unknown one has no usable
    /// value, so that its absence is not reported as well.
    fn fields(
        self,
        owner: &str,
        entries: &'a [(Node, Node)],
        known: &'static [&'static str],
    ) -> Vec<(&'static str, Self)> {
        let (mut fields, mut meant) = (Vec::<(&'static str, Self)>::new(), Vec::new());
        for (key, value) in entries {
            let Value::Text(word) = &key.value else {
                let place = self.below("…".to_owned(), key);
                self.report(place, format!("a key is a single value, not {}", shape(key)), "remove it");
                continue;
            };
            let Some(known) = known.iter().copied().find(|known| known == word) else {
                meant.extend(self.unknown(owner, key, word, known));
                continue;
            };
            if fields.iter().any(|(earlier, _)| *earlier == known) {
                self.report(self.below(known, key), "this key is given twice", "keep one of them");
            } else if matches!(value.value, Value::Nothing) {
                let place = self.below(known, key);
                self.report(place, "this key has no value", "write one after the colon, or remove the key");
                fields.push((known, Self { node: None, ..self }));
            } else {
                fields.push((known, Self { node: Some(value), place: self.below(known, value), ..self }));
            }
        }
        for key in meant {
            if fields.iter().all(|(given, _)| *given != key) {
                fields.push((key, Self { node: None, ..self }));
            }
        }
        fields
    }

    /// Reports an unknown key, and returns the known keys that it may stand for.
    fn unknown(
        self,
        owner: &str,
        key: &Node,
        word: &str,
        known: &'static [&'static str],
    ) -> impl Iterator<Item = &'static str> {
        let place = self.below(if reads_like_a_key(word) { word.to_owned() } else { "…".to_owned() }, key);
        let nearest = suggest::nearest(word, known.iter().copied());
        let secret = suggest::nearest(word, ["username", "password"]);
        let (reason, advice) = if model::is_planned(owner, word) {
            ("this version does not support this key", "remove it".to_owned())
        } else if let Some(meant) = nearest {
            ("unknown key", format!("did you mean `{meant}`?"))
        } else if let Some(secret) = secret {
            let advice =
                format!("secrets do not belong in this file: write `{secret}File` or `{secret}Env` in `credentials`");
            ("unknown key", advice)
        } else {
            ("unknown key", format!("the keys here are: {}", suggest::list(known)))
        };
        self.report(place, reason, advice);
        let is_meant = move |key: &&str| match (nearest, secret) {
            (Some(nearest), _) => *key == nearest,
            (None, Some(secret)) => key.starts_with(secret),
            (None, None) => false,
        };
        known.iter().copied().filter(is_meant)
    }

    fn below(self, key: impl Into<std::borrow::Cow<'static, str>>, node: &Node) -> Place {
        self.findings.borrow_mut().below(self.place, Step::Key(key.into()), node.position.clone())
    }
}

/// Whether a word may be repeated in a message as an unknown key. A text without a colon after it also becomes a key in
/// `{…}`, so only letters, `-` and `_` pass, of which few secrets consist.
fn reads_like_a_key(word: &str) -> bool {
    word.len() <= 40 && word.chars().all(|c| c.is_ascii_alphabetic() || "-_".contains(c))
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
            let advice = format!("write its keys below each other: {}", suggest::list(known));
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
