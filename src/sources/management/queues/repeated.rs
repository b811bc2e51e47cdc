//! Items in which a field is written more than once.
//!
//! RabbitMQ joins what it remembers of a queue with what it has just asked. While the leader of a quorum queue changes, some fields
//! are in both: `"online":["a@b"],"online":["a@b","c@b"]`, seen on 4.0.5.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor, value::MapDeserializer};
use serde_json::value::RawValue;

use super::Item;

/// The fields of an item, each once.
struct Fields<'a> {
    fields: BTreeMap<Cow<'a, str>, &'a RawValue>,
    /// Whether a field has two values.
    are_contradictory: bool,
}

struct FieldsVisitor;

/// The item that this text is. If a field other than its name has two values, no level of the queue is known.
pub(super) fn item(json: &str) -> Result<Item<'_>, serde_json::Error> {
    let Fields { fields, are_contradictory } = serde_json::from_str(json)?;
    let fields = fields.iter().map(|(name, value)| (&**name, *value));
    let item = Item::deserialize(MapDeserializer::new(fields))?;
    Ok(Item { is_contradictory: are_contradictory, ..item })
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a queue")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut all = Fields { fields: BTreeMap::new(), are_contradictory: false };
        while let Some((name, value)) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
            match all.fields.entry(name) {
                Entry::Vacant(entry) => drop(entry.insert(value)),
                Entry::Occupied(entry) if entry.get().get() == value.get() => {}
                Entry::Occupied(entry) if matches!(&**entry.key(), "name" | "vhost") => {
                    return Err(A::Error::custom("it has two names"));
                }
                Entry::Occupied(_) => all.are_contradictory = true,
            }
        }
        Ok(all)
    }
}
