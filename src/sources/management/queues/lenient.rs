//! Fields that may contain anything, and are counts if they contain one.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};

use crate::sources::number::whole;

/// A count, or none if the field is not a whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LenientCount(pub(super) Option<u64>);

/// The cumulative counters of a queue that has had traffic; none of them if the field is not an object.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stats {
    pub(super) publish: LenientCount,
    pub(super) deliver_get: LenientCount,
    pub(super) ack: LenientCount,
    pub(super) redeliver: LenientCount,
    deliver_no_ack: LenientCount,
    get_no_ack: LenientCount,
}

/// The arguments with which a queue was declared; none of them if the field is not an object.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Arguments {
    /// Whether only one of its consumers is active at a time.
    pub(super) single_active: Option<bool>,
}

#[derive(Deserialize)]
struct ArgumentsFields {
    #[serde(rename = "x-single-active-consumer", default)]
    single_active: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct StatsFields {
    #[serde(default)]
    publish: LenientCount,
    #[serde(default)]
    deliver_get: LenientCount,
    #[serde(default)]
    ack: LenientCount,
    #[serde(default)]
    redeliver: LenientCount,
    #[serde(default)]
    deliver_no_ack: LenientCount,
    #[serde(default)]
    get_no_ack: LenientCount,
}

impl Stats {
    /// Messages acknowledged, or delivered to a client that need not acknowledge them.
    pub(super) fn done(&self) -> LenientCount {
        let counts = [self.ack, self.deliver_no_ack, self.get_no_ack];
        let mut present = counts.into_iter().filter_map(|count| count.0).peekable();
        let any = present.peek().is_some();
        LenientCount(present.try_fold(0_u64, u64::checked_add).filter(|_| any))
    }
}

struct CountVisitor;
struct StatsVisitor;
struct ArgumentsVisitor;

impl<'de> Deserialize<'de> for Arguments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ArgumentsVisitor)
    }
}

impl<'de> Visitor<'de> for ArgumentsVisitor {
    type Value = Arguments;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("arguments of a queue")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Arguments, A::Error> {
        let ArgumentsFields { single_active } = ArgumentsFields::deserialize(MapAccessDeserializer::new(fields))?;
        let is_true = single_active.is_some_and(|value| value.as_bool() == Some(true));
        Ok(Arguments { single_active: Some(is_true) })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Arguments, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Arguments::default())
    }

    fn visit_unit<E>(self) -> Result<Arguments, E> {
        Ok(Arguments::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Arguments, E> {
        Ok(Arguments::default())
    }
}

impl<'de> Deserialize<'de> for LenientCount {
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
    type Value = LenientCount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a count")
    }

    fn visit_u64<E>(self, number: u64) -> Result<LenientCount, E> {
        Ok(LenientCount(Some(number)))
    }

    fn visit_i64<E>(self, _: i64) -> Result<LenientCount, E> {
        Ok(LenientCount(None))
    }

    fn visit_f64<E>(self, number: f64) -> Result<LenientCount, E> {
        Ok(LenientCount(whole(number)))
    }

    fn visit_unit<E>(self) -> Result<LenientCount, E> {
        Ok(LenientCount(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<LenientCount, E> {
        Ok(LenientCount(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<LenientCount, E> {
        Ok(LenientCount(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<LenientCount, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(LenientCount(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<LenientCount, A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(LenientCount(None))
    }
}

impl<'de> Visitor<'de> for StatsVisitor {
    type Value = Stats;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("statistics of messages")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Stats, A::Error> {
        let StatsFields { publish, deliver_get, ack, redeliver, deliver_no_ack, get_no_ack } =
            StatsFields::deserialize(MapAccessDeserializer::new(fields))?;
        Ok(Stats { publish, deliver_get, ack, redeliver, deliver_no_ack, get_no_ack })
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
