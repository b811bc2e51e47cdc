//! The keys of one mapping: which are known, which are not, and what was probably meant.

use std::borrow::Cow;

use super::{REQUIRED, Reader, shape};
use crate::config::document::{Node, Value};
use crate::config::place::{Place, Step};
use crate::config::{model, suggest};
use leveret_core::suggest::nearest;

/// What users write as keys to give a secret itself.
const SECRETS: [&str; 2] = ["username", "password"];

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
        for entry @ (key, value) in entries {
            let Value::Text(word) = &key.value else {
                let place = self.below("…".to_owned(), key);
                self.report(place, format!("a key is a single value, not {}", shape(key)), "remove it");
                continue;
            };
            let Some(known) = known.iter().copied().find(|known| known == word) else {
                meant.extend(self.unknown(owner, entry, word, known));
                continue;
            };
            if fields.iter().any(|(earlier, _)| *earlier == known) {
                self.report(self.below(known, key), "this key is given twice", "keep one of them");
            } else if matches!(value.value, Value::Nothing) {
                let place = self.below(known, key);
                let advice = if REQUIRED.contains(&known) {
                    "write one after the colon"
                } else {
                    "write one after the colon, or remove the key"
                };
                self.report(place, "this key has no value", advice);
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
        (key, value): &(Node, Node),
        word: &str,
        known: &'static [&'static str],
    ) -> Vec<&'static str> {
        let is_shown = reads_like_a_key(word) && !matches!(value.value, Value::Nothing);
        let place = self.below(if is_shown { word.to_owned() } else { "…".to_owned() }, key);
        if model::is_planned(owner, word) {
            self.report(place, "this version does not support this key", "remove it");
            return Vec::new();
        }
        if owner == "VhostPattern" && word == "names" {
            self.report(place, "unknown key", "names are written as the list itself: `vhosts: [a, b]`");
            return vec!["match"];
        }
        let (advice, meant) = match nearest(word, SECRETS.into_iter().chain(known.iter().copied())) {
            Some(secret) if SECRETS.contains(&secret) => (
                format!(
                    "secrets are not written into this file: put it into a file or an environment variable, and name that in \
                     `credentials` with `{secret}File` or `{secret}Env`"
                ),
                known.iter().copied().filter(|known| known.starts_with(secret)).collect(),
            ),
            Some(meant) => (format!("did you mean `{meant}`?"), vec![meant]),
            None => (format!("the keys here are: {}", suggest::list(known)), Vec::new()),
        };
        self.report(place, "unknown key", advice);
        meant
    }

    fn below(self, key: impl Into<Cow<'static, str>>, node: &Node) -> Place {
        self.findings.borrow_mut().below(self.place, Step::Key(key.into()), node.position.clone())
    }
}

/// Whether a word may be repeated in a message as an unknown key: letters, `-` and `_`. In `{…}` a text without a colon
/// after it becomes a key, too, and may be a secret; it has no value, or other characters.
fn reads_like_a_key(word: &str) -> bool {
    word.len() <= 40 && word.chars().all(|c| c.is_ascii_alphabetic() || "-_".contains(c))
}
