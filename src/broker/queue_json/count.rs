//! Fields that may hold anything: a count when they hold one.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};

use crate::broker::families::whole;

/// A count, or nothing when the field held no whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count(pub(super) Option<u64>);

/// The cumulative counters of a queue that has had traffic.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stats {
    pub(super) publish: Count,
    pub(super) deliver_get: Count,
    pub(super) ack: Count,
    pub(super) redeliver: Count,
}

#[derive(Deserialize)]
struct StatsFields {
    #[serde(default)]
    publish: Count,
    #[serde(default)]
    deliver_get: Count,
    #[serde(default)]
    ack: Count,
    #[serde(default)]
    redeliver: Count,
}

struct CountVisitor;
struct StatsVisitor;

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CountVisitor)
    }
}

impl<'de> Deserialize<'de> for Stats {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StatsVisitor)
    }
}

impl<'de> Visitor<'de> for CountVisitor {
    type Value = Count;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a count")
    }

    fn visit_u64<E>(self, number: u64) -> Result<Count, E> {
        Ok(Count(Some(number)))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Count, E> {
        Ok(Count(None))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Count, E> {
        Ok(Count(whole(number)))
    }

    fn visit_unit<E>(self) -> Result<Count, E> {
        Ok(Count(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Count, E> {
        Ok(Count(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Count, E> {
        Ok(Count(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Count, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Count(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Count, A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Count(None))
    }
}

impl<'de> Visitor<'de> for StatsVisitor {
    type Value = Stats;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("statistics of messages")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Stats, A::Error> {
        let StatsFields { publish, deliver_get, ack, redeliver } =
            StatsFields::deserialize(MapAccessDeserializer::new(fields))?;
        Ok(Stats { publish, deliver_get, ack, redeliver })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Stats, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Stats::default())
    }

    fn visit_unit<E>(self) -> Result<Stats, E> {
        Ok(Stats::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Stats, E> {
        Ok(Stats::default())
    }
}
