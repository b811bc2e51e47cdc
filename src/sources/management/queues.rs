//! The management API's answers about queues: borrowed from the body, one item at a time. No input or output.
//!
//! RabbitMQ leaves fields out, writes `null`, or writes an empty list in place of an object. Then only that field is absent,
//! and it is never a zero.

mod lenient;
mod names;
mod repeated;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

use self::lenient::{Arguments, LenientCount, Stats};
use self::names::{LenientNames, LenientText};
use crate::sources::{NAME_BYTES_MAX, QUEUES_MAX};
use leveret_core::observation::{
    Absence, Names, NodeId, Origin, QueueKind, QueueMap, QueueReading, Reading, SourceKind,
};

/// The requested fields.
pub(in crate::sources) const COLUMNS: &str = "columns=name,vhost,state,type,node,leader,online,members,messages,messages_ready,messages_unacknowledged,consumers,\
    message_stats.publish,message_stats.deliver_get,message_stats.ack,message_stats.redeliver,\
    message_stats.deliver_no_ack,message_stats.get_no_ack,reductions,arguments";

/// A list of queues, parsed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::sources) struct List {
    /// Every queue with a name and a virtual host.
    pub(in crate::sources) queues: QueueMap<QueueReading>,
    /// Whether there are queues, of which at least one runs, and none of them has a single count.
    pub(in crate::sources) without_counts: bool,
    /// Items that are not a queue, or that cannot be parsed.
    pub(in crate::sources) skipped: u32,
    /// Whether there were more than [`QUEUES_MAX`] queues.
    pub(in crate::sources) is_overfull: bool,
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow, default)]
    name: LenientText<'a>,
    #[serde(borrow, default)]
    vhost: LenientText<'a>,
    #[serde(borrow, default)]
    state: LenientText<'a>,
    #[serde(rename = "type", borrow, default)]
    kind: LenientText<'a>,
    #[serde(borrow, default)]
    node: LenientText<'a>,
    #[serde(borrow, default)]
    leader: LenientText<'a>,
    #[serde(borrow, default)]
    online: LenientNames<'a>,
    #[serde(borrow, default)]
    members: LenientNames<'a>,
    #[serde(default)]
    messages: LenientCount,
    #[serde(default)]
    messages_ready: LenientCount,
    #[serde(default)]
    messages_unacknowledged: LenientCount,
    #[serde(default)]
    consumers: LenientCount,
    #[serde(default)]
    reductions: LenientCount,
    #[serde(default)]
    arguments: Arguments,
    #[serde(default)]
    message_stats: Stats,
    /// Whether a field has two values.
    #[serde(skip)]
    is_contradictory: bool,
}

/// A list of queues, `/api/queues`. An item that cannot be parsed costs only itself.
pub(in crate::sources) fn list(body: &[u8], names: &Arc<Names>) -> Result<List, serde_json::Error> {
    // Nearly every list can be parsed as a whole, which takes half of the time.
    parse(body, names, Some).or_else(|_| parse(body, names, |raw: &RawValue| repeated::item(raw.get()).ok()))
}

/// A list whose items are parsed as `T` first, and as a queue then.
fn parse<'de, T: Deserialize<'de>>(
    body: &'de [u8],
    names: &Arc<Names>,
    queue: impl Fn(T) -> Option<Item<'de>>,
) -> Result<List, serde_json::Error> {
    let (mut list, mut any_count, mut any_running) = (List::default(), false, false);
    list.queues = QueueMap::with_names(Arc::clone(names));
    let mut before = None;
    let mut each = |item: T| {
        let Some(item) = queue(item) else {
            list.skipped = list.skipped.saturating_add(1);
            return;
        };
        any_count |= item.has_counts();
        any_running |= item.is_running();
        let reading = item.reading();
        match (item.vhost.0, item.name.0) {
            (Some(_), Some(_)) if list.queues.len() >= QUEUES_MAX => list.is_overfull = true,
            (Some(vhost), Some(name)) if vhost.len() <= NAME_BYTES_MAX && name.len() <= NAME_BYTES_MAX => {
                before = Some(list.queues.insert_after(before, &vhost, &name, reading));
            }
            _ => list.skipped = list.skipped.saturating_add(1),
        }
    };
    let mut json = serde_json::Deserializer::from_slice(body);
    Each(&mut each, PhantomData).deserialize(&mut json)?;
    json.end()?;
    list.without_counts = any_running && !any_count;
    if list.without_counts {
        for reading in list.queues.values_mut() {
            let down = reading.ready == Reading::Absent(Absence::QueueDown);
            *reading = if down { *reading } else { QueueReading::absent(Absence::CollectorOff) };
        }
    }
    Ok(list)
}

/// One queue, `/api/queues/VHOST/NAME`.
pub(in crate::sources) fn single(body: &[u8]) -> Result<QueueReading, serde_json::Error> {
    let item = serde_json::from_slice::<Item<'_>>(body);
    item.or_else(|_| repeated::item(serde_json::from_slice::<&RawValue>(body)?.get())).map(|item| item.reading())
}

impl Item<'_> {
    fn has_counts(&self) -> bool {
        [self.messages, self.messages_ready, self.messages_unacknowledged, self.consumers]
            .iter()
            .any(|count| count.0.is_some())
    }

    /// Whether missing counts can only be due to the broker's statistics.
    fn is_running(&self) -> bool {
        self.state.0.is_some() && !self.is_down()
    }

    fn is_down(&self) -> bool {
        matches!(self.state.0.as_deref(), Some("down" | "minority" | "stopped"))
    }

    /// Why a level is not a number, although the answer has one: with more than half of the members offline this is the view
    /// of a node that was cut off, while node and leader differ the numbers of both may be added up, and while a field has two
    /// values the leader is changing.
    fn distrust(&self) -> Option<Absence> {
        if self.is_contradictory {
            return Some(Absence::Unsettled);
        }
        if !self.members.0.is_empty() && self.online.0.len() * 2 <= self.members.0.len() {
            return Some(Absence::QueueDown);
        }
        let (node, leader) = (self.node.0.as_deref()?, self.leader.0.as_deref()?);
        (node != leader).then_some(Absence::TwoNodes)
    }

    /// A level. A queue that has just got a new leader has 0 messages and no number of consumers yet.
    fn level(&self, count: LenientCount) -> Reading {
        match (self.distrust(), count.0) {
            (_, None) if self.is_down() => Reading::Absent(Absence::QueueDown),
            (Some(why), Some(_)) => Reading::Absent(why),
            (None, Some(0)) if self.consumers.0.is_none() => Reading::Absent(Absence::Unsettled),
            (_, number) => number.into(),
        }
    }

    fn origin(&self) -> Origin {
        let node = self.leader.0.as_deref().or(self.node.0.as_deref()).map(NodeId::of);
        let origin = Origin::new(SourceKind::Management, node);
        if self.online.0.is_empty() { origin } else { origin.with_online(self.online.0.iter().map(|name| &**name)) }
    }

    fn kind(&self) -> Option<QueueKind> {
        Some(match self.kind.0.as_deref()? {
            "classic" => QueueKind::Classic,
            "quorum" => QueueKind::Quorum,
            "stream" => QueueKind::Stream,
            _ => QueueKind::Other,
        })
    }

    fn reading(&self) -> QueueReading {
        let down = self.is_down();
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
            ready: self.level(self.messages_ready),
            unacked: self.level(self.messages_unacknowledged),
            messages: self.level(self.messages),
            consumers: self.level(self.consumers),
            published: counter(stats.publish),
            delivered: counter(stats.deliver_get),
            acked: counter(stats.done()),
            redelivered: counter(stats.redeliver),
            origin: Some(self.origin()),
            kind: self.kind(),
            single_active: self.arguments.single_active,
            work: self.reductions.0.filter(|work| *work > 0),
            counted_by: any_counter.then_some(SourceKind::Management),
        }
    }
}

/// Passes each item of a list to a function, so that the items are never held together.
struct Each<'f, F, T>(&'f mut F, PhantomData<T>);

impl<'de, T: Deserialize<'de>, F: FnMut(T)> DeserializeSeed<'de> for Each<'_, F, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T)> Visitor<'de> for Each<'_, F, T> {
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
