//! What the samples of one queue come to.

use leveret_core::observation::{Absence, NodeId, Origin, QueueKind, QueueReading, Reading, SourceKind};

use super::Capabilities;
use crate::sources::prometheus::rows::Order;

/// What a sample is a number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources) enum Metric {
    Ready,
    Unacked,
    Messages,
    Consumers,
    /// The work of the queue's process, in reductions: a stream has none.
    Reductions,
    Published,
    Delivered,
    Acked,
    Redelivered,
    /// Delivered, and done with at once: it counts as both.
    DeliveredForGood,
}

/// What the nodes say of one queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::sources) struct Tallies {
    /// By [`Metric`].
    numbers: [Tally; 9],
    /// The node that has the levels.
    node: Option<NodeId>,
    kind: Option<QueueKind>,
    /// Whether the node that has the levels says that it leads the queue; RabbitMQ 4.1 and later.
    leads: bool,
    /// Whether any node has said what kind of queue it is, so that it exists.
    exists: bool,
    /// Whether there is any sample of it.
    seen: bool,
}

/// A sum of counts, or why there is none: in one word, because there are many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tally(u64);

/// The metrics that belong to the node that holds or leads the queue. They are never added up.
const LEVELS: [Metric; 5] = [Metric::Ready, Metric::Unacked, Metric::Messages, Metric::Consumers, Metric::Reductions];

/// The counters, which each node keeps for the clients that are connected to it.
const COUNTERS: [Metric; 4] = [Metric::Published, Metric::Delivered, Metric::Acked, Metric::Redelivered];

impl Metric {
    /// The metric with this name, without its prefix; none if it is not read. Deliveries are the sum of four: to consumers
    /// and by `basic.get`, each with and without acknowledgement.
    pub(in crate::sources) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "queue_messages_ready" => Self::Ready,
            "queue_messages_unacked" => Self::Unacked,
            "queue_messages" => Self::Messages,
            "queue_consumers" => Self::Consumers,
            "queue_process_reductions_total" => Self::Reductions,
            "queue_exchange_messages_published_total" => Self::Published,
            "queue_get_ack_total" | "queue_messages_delivered_ack_total" => Self::Delivered,
            "queue_get_total" | "queue_messages_delivered_total" => Self::DeliveredForGood,
            "queue_messages_acked_total" => Self::Acked,
            "queue_messages_redelivered_total" => Self::Redelivered,
            _ => return None,
        })
    }

    /// Whether it belongs to the node that holds or leads the queue, and is never added up.
    fn is_level(self) -> bool {
        LEVELS.contains(&self)
    }

    /// In which order a node writes the queues into this metric's rows.
    pub(in crate::sources) fn order(self) -> Order {
        match self {
            Self::Ready | Self::Unacked | Self::Messages | Self::Consumers | Self::Reductions => Order::Levels,
            Self::Published => Order::Publishes,
            Self::Delivered | Self::Acked | Self::Redelivered | Self::DeliveredForGood => Order::Deliveries,
        }
    }
}

impl Tallies {
    /// Adds one sample of one node: a count, or none if it is not one.
    pub(in crate::sources) fn add(&mut self, metric: Metric, count: Option<u64>) {
        if metric == Metric::DeliveredForGood {
            self.add(Metric::Delivered, count);
            return self.add(Metric::Acked, count);
        }
        self.seen = true;
        let number = count.map_or(Tally::UNKNOWN, Tally::of);
        let tally = &mut self.numbers[metric as usize];
        *tally = match *tally {
            Tally::NONE => number,
            _ if metric.is_level() => Tally::UNKNOWN,
            sum => sum.plus(number),
        };
    }

    /// Notes what the node says that the queue is, and whether it leads it.
    pub(in crate::sources) fn describe(&mut self, kind: QueueKind, leads: bool) {
        (self.kind, self.leads, self.exists, self.seen) = (Some(kind), self.leads || leads, true, true);
    }

    /// Whether there is any sample of the queue.
    pub(in crate::sources) fn is_seen(&self) -> bool {
        self.seen
    }

    /// Adds what `node` says. Its counters are added up. Its levels count only if no other node has them, or if it alone says
    /// that it leads the queue: after a split has healed, two nodes may show the same queue.
    #[must_use]
    pub(in crate::sources) fn with_node(mut self, other: &Self, node: NodeId) -> Self {
        for metric in COUNTERS {
            let tally = &mut self.numbers[metric as usize];
            *tally = tally.plus(other.get(metric));
        }
        self.exists |= other.exists;
        self.seen |= other.seen;
        self.kind = self.kind.or(other.kind);
        if !other.has_levels() {
            return self;
        }
        let replaces = match self.node {
            None => true,
            Some(_) if self.leads != other.leads => other.leads,
            // A mirrored queue that moves leaves its consumers behind for a moment.
            Some(_) => !self.has_messages() && other.has_messages(),
        };
        if replaces {
            for metric in LEVELS {
                self.numbers[metric as usize] = other.get(metric);
            }
            (self.node, self.leads) = (Some(node), other.leads);
        } else if self.leads == other.leads && self.has_messages() && other.has_messages() {
            for metric in LEVELS {
                self.numbers[metric as usize] = Tally::TWO_NODES;
            }
        }
        self
    }

    /// Whether the queue exists: its own process reports it, or its members do. Counters alone may be left over from a queue
    /// that is gone.
    pub(in crate::sources) fn is_alive(&self) -> bool {
        self.exists || self.has_levels()
    }

    /// Whether any node has counted anything for the queue, which may be gone.
    pub(in crate::sources) fn has_counters(&self) -> bool {
        COUNTERS.iter().any(|metric| self.get(*metric) != Tally::NONE)
    }

    fn has_levels(&self) -> bool {
        self.has_messages() || self.get(Metric::Consumers) != Tally::NONE
    }

    fn has_messages(&self) -> bool {
        [Metric::Ready, Metric::Unacked, Metric::Messages].into_iter().any(|metric| self.get(metric) != Tally::NONE)
    }

    /// The queue's numbers, on a broker with these `capabilities`.
    pub(in crate::sources) fn reading(&self, capabilities: Capabilities) -> QueueReading {
        let level = |metric| self.get(metric).reading(Absence::NotInAnswer);
        let counter =
            |metric, offered| self.get(metric).reading(if offered { Absence::NoTraffic } else { Absence::NotOffered });
        QueueReading {
            ready: level(Metric::Ready),
            unacked: level(Metric::Unacked),
            messages: level(Metric::Messages),
            consumers: level(Metric::Consumers),
            published: counter(Metric::Published, capabilities.publishes),
            delivered: counter(Metric::Delivered, capabilities.deliveries),
            acked: counter(Metric::Acked, capabilities.deliveries),
            redelivered: counter(Metric::Redelivered, capabilities.deliveries),
            origin: Some(Origin::new(SourceKind::Prometheus, self.node)),
            kind: self.kind(),
            single_active: None,
            work: self.work(),
            counted_by: self.has_counters().then_some(SourceKind::Prometheus),
        }
    }

    /// The kind of the queue as far as it shows. Before 4.1 only a stream does: its process has never done any work.
    fn kind(&self) -> Option<QueueKind> {
        self.kind.or((self.get(Metric::Reductions) == Tally::of(0)).then_some(QueueKind::Stream))
    }

    /// The work of the queue's process; a stream has none that counts it.
    fn work(&self) -> Option<u64> {
        self.get(Metric::Reductions).sum().filter(|work| *work > 0)
    }

    fn get(&self, metric: Metric) -> Tally {
        self.numbers[metric as usize]
    }
}

impl Tally {
    /// No sample was seen.
    const NONE: Self = Self(u64::MAX);
    /// A sample was not a count, or a level was given twice, so the number is unknown.
    const UNKNOWN: Self = Self(u64::MAX - 1);
    /// Two nodes give the level.
    const TWO_NODES: Self = Self(u64::MAX - 2);

    /// A count; unknown if it is larger than any count can be.
    fn of(count: u64) -> Self {
        if count < Self::TWO_NODES.0 { Self(count) } else { Self::UNKNOWN }
    }

    fn sum(self) -> Option<u64> {
        (self.0 < Self::TWO_NODES.0).then_some(self.0)
    }

    fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::NONE, tally) | (tally, Self::NONE) => tally,
            _ => match (self.sum(), other.sum()) {
                (Some(a), Some(b)) => a.checked_add(b).map_or(Self::UNKNOWN, Self::of),
                _ => Self::UNKNOWN,
            },
        }
    }

    fn reading(self, without_sample: Absence) -> Reading {
        match self {
            Self::NONE => Reading::Absent(without_sample),
            Self::TWO_NODES => Reading::Absent(Absence::TwoNodes),
            Self(sum) if self != Self::UNKNOWN => Reading::Present(sum),
            _ => Reading::Absent(Absence::NotInAnswer),
        }
    }
}

impl Default for Tally {
    fn default() -> Self {
        Self::NONE
    }
}
