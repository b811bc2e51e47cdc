//! The keys of one mapping: which are known, which are not, and what was probably meant.

use std::borrow::Cow;

use super::{Reader, shape};
use crate::config::document::{Node, Value};
use crate::config::place::{Place, Step};
use crate::config::{model, suggest};

impl<'a> Reader<'a> {
    /// The known keys of a mapping with their values. A key that was most likely meant by an unknown one has no usable
    /// value, so that its absence is not reported as well.
    pub(super) fn fields(
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

    fn below(self, key: impl Into<Cow<'static, str>>, node: &Node) -> Place {
        self.findings.borrow_mut().below(self.place, Step::Key(key.into()), node.position.clone())
    }
}

/// Whether a word may be repeated in a message as an unknown key. A text without a colon after it also becomes a key in
/// `{…}`, so only letters, `-` and `_` pass, of which few secrets consist.
fn reads_like_a_key(word: &str) -> bool {
    word.len() <= 40 && word.chars().all(|c| c.is_ascii_alphabetic() || "-_".contains(c))
}
