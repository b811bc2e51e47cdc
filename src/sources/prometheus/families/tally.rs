//! Sums of samples per queue.

use leveret_core::observation::{Absence, QueueReading, Reading, SourceKind};

use super::Capabilities;
use crate::sources::number::whole;

/// What a sample is a number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources) enum Metric {
    Ready,
    Unacked,
    Messages,
    Consumers,
    Published,
    Delivered,
    Acked,
    Redelivered,
}

/// The sums of one queue, by [`Metric`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::sources) struct Tallies([Tally; 8]);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tally {
    /// No sample was seen.
    #[default]
    None,
    Sum(u64),
    /// A sample was not a number, so the sum is unknown.
    Unknown,
}

impl Metric {
    /// The metric with this name, without its prefix; none if it is not read. Deliveries are the sum of four: to consumers
    /// and by `basic.get`, each with and without acknowledgement.
    pub(in crate::sources) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "queue_messages_ready" => Self::Ready,
            "queue_messages_unacked" => Self::Unacked,
            "queue_messages" => Self::Messages,
            "queue_consumers" => Self::Consumers,
            "queue_exchange_messages_published_total" => Self::Published,
            "queue_get_ack_total"
            | "queue_get_total"
            | "queue_messages_delivered_ack_total"
            | "queue_messages_delivered_total" => Self::Delivered,
            "queue_messages_acked_total" => Self::Acked,
            "queue_messages_redelivered_total" => Self::Redelivered,
            _ => return None,
        })
    }
}

impl Tallies {
    /// Adds one sample.
    pub(in crate::sources) fn add(&mut self, metric: Metric, number: Option<f64>) {
        let tally = &mut self.0[metric as usize];
        *tally = tally.plus(number.and_then(whole).map_or(Tally::Unknown, Tally::Sum));
    }

    /// Adds another node's sums.
    pub(in crate::sources) fn add_all(&mut self, other: &Self) {
        for (tally, other) in self.0.iter_mut().zip(other.0) {
            *tally = tally.plus(other);
        }
    }

    /// Whether the queue's own process reports it. Counters alone may be left over from a queue that is gone.
    pub(in crate::sources) fn is_alive(&self) -> bool {
        [Metric::Ready, Metric::Unacked, Metric::Messages, Metric::Consumers]
            .iter()
            .any(|metric| self.get(*metric) != Tally::None)
    }

    /// The queue's numbers, on a broker with these `capabilities`.
    pub(in crate::sources) fn reading(&self, capabilities: Capabilities) -> QueueReading {
        let level = |metric| self.get(metric).reading(Absence::NotInAnswer);
        let counter =
            |metric, offered| self.get(metric).reading(if offered { Absence::NoTraffic } else { Absence::NotOffered });
        let counters = [Metric::Published, Metric::Delivered, Metric::Acked, Metric::Redelivered];
        let any_counter = counters.iter().any(|metric| self.get(*metric) != Tally::None);
        QueueReading {
            ready: level(Metric::Ready),
            unacked: level(Metric::Unacked),
            messages: level(Metric::Messages),
            consumers: level(Metric::Consumers),
            published: counter(Metric::Published, capabilities.publishes),
            delivered: counter(Metric::Delivered, capabilities.deliveries),
            acked: counter(Metric::Acked, capabilities.deliveries),
            redelivered: counter(Metric::Redelivered, capabilities.deliveries),
            counted_by: any_counter.then_some(SourceKind::Prometheus),
        }
    }

    fn get(&self, metric: Metric) -> Tally {
        self.0[metric as usize]
    }
}

impl Tally {
    fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, tally) | (tally, Self::None) => tally,
            (Self::Sum(a), Self::Sum(b)) => Self::Sum(a.saturating_add(b)),
            _ => Self::Unknown,
        }
    }

    fn reading(self, without_sample: Absence) -> Reading {
        match self {
            Self::None => Reading::Absent(without_sample),
            Self::Sum(sum) => Reading::Present(sum),
            Self::Unknown => Reading::Absent(Absence::NotInAnswer),
        }
    }
}
