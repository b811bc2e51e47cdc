//! The management API's answers about queues: borrowed from the body, one item at a time. No input or output.
//!
//! RabbitMQ leaves fields out, writes `null`, or writes an empty list in place of an object. Then only that field is absent,
//! and it is never a zero.

mod lenient;

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};

use self::lenient::{LenientCount, Stats};
use leveret_core::observation::{Absence, QueueId, QueueMap, QueueReading, Reading, SourceKind};

/// The requested fields.
pub(in crate::sources) const COLUMNS: &str = "columns=name,vhost,state,messages,messages_ready,messages_unacknowledged,consumers,\
    message_stats.publish,message_stats.deliver_get,message_stats.ack,message_stats.redeliver";

/// A list of queues, parsed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::sources) struct List {
    /// Every queue with a name and a virtual host.
    pub(in crate::sources) queues: QueueMap<QueueReading>,
    /// Whether there are queues, of which at least one runs, and none of them has a single count.
    pub(in crate::sources) without_counts: bool,
    /// Items without a name or a virtual host.
    pub(in crate::sources) skipped: u32,
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    vhost: Option<Cow<'a, str>>,
    state: Option<State>,
    #[serde(default)]
    messages: LenientCount,
    #[serde(default)]
    messages_ready: LenientCount,
    #[serde(default)]
    messages_unacknowledged: LenientCount,
    #[serde(default)]
    consumers: LenientCount,
    #[serde(default)]
    message_stats: Stats,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum State {
    Down,
    Minority,
    Stopped,
    #[serde(other)]
    Other,
}

/// A list of queues, `/api/queues`.
pub(in crate::sources) fn list(body: &[u8]) -> Result<List, serde_json::Error> {
    let (mut list, mut any_count, mut any_running) = (List::default(), false, false);
    let mut each = |item: Item<'_>| {
        any_count |= item.has_counts();
        any_running |= item.is_running();
        let reading = item.reading();
        match (item.vhost, item.name) {
            (Some(vhost), Some(name)) => list.queues.insert(QueueId::new(vhost, name), reading),
            _ => list.skipped = list.skipped.saturating_add(1),
        }
    };
    let mut json = serde_json::Deserializer::from_slice(body);
    Each(&mut each).deserialize(&mut json)?;
    json.end()?;
    list.without_counts = any_running && !any_count;
    if list.without_counts {
        list.queues.retain(|_, _, reading| {
            let down = reading.ready == Reading::Absent(Absence::QueueDown);
            *reading = if down { *reading } else { QueueReading::absent(Absence::CollectorOff) };
            true
        });
    }
    Ok(list)
}

/// One queue, `/api/queues/VHOST/NAME`.
pub(in crate::sources) fn single(body: &[u8]) -> Result<QueueReading, serde_json::Error> {
    serde_json::from_slice::<Item<'_>>(body).map(|item| item.reading())
}

impl Item<'_> {
    fn has_counts(&self) -> bool {
        [self.messages, self.messages_ready, self.messages_unacknowledged, self.consumers]
            .iter()
            .any(|count| count.0.is_some())
    }

    /// Whether missing counts can only be due to the broker's statistics.
    fn is_running(&self) -> bool {
        matches!(self.state, Some(State::Other))
    }

    fn reading(&self) -> QueueReading {
        let down = matches!(self.state, Some(State::Down | State::Minority | State::Stopped));
        let level = |count: LenientCount| match count.0 {
            None if down => Reading::Absent(Absence::QueueDown),
            number => number.into(),
        };
        // A queue that has counts but no message statistics has had no traffic since its broker started.
        let without = match (down, self.has_counts()) {
            (_, true) => Absence::NoTraffic,
            (true, false) => Absence::QueueDown,
            (false, false) => Absence::NotInAnswer,
        };
        let counter = |count: LenientCount| count.0.map_or(Reading::Absent(without), Reading::Present);
        let stats = &self.message_stats;
        let any_counter =
            [stats.publish, stats.deliver_get, stats.ack, stats.redeliver].iter().any(|count| count.0.is_some());
        QueueReading {
            ready: level(self.messages_ready),
            unacked: level(self.messages_unacknowledged),
            messages: level(self.messages),
            consumers: level(self.consumers),
            published: counter(stats.publish),
            delivered: counter(stats.deliver_get),
            acked: counter(stats.ack),
            redelivered: counter(stats.redeliver),
            counted_by: any_counter.then_some(SourceKind::Management),
        }
    }
}

/// Passes each item of a list to a function, so that the items are never held together.
struct Each<'f, F>(&'f mut F);

impl<'de, F: FnMut(Item<'de>)> DeserializeSeed<'de> for Each<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(Item<'de>)> Visitor<'de> for Each<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of queues")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element()? {
            (self.0)(item);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
