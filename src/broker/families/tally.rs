//! Sums of samples per queue.

use leveret_core::observation::{Absence, QueueReading, Reading, SourceKind};

use super::Offers;

/// What a sample counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::broker) enum Count {
    Ready,
    Unacked,
    Messages,
    Consumers,
    Published,
    Delivered,
    Acked,
    Redelivered,
}

/// The sums of one queue, by [`Count`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::broker) struct Tallies([Tally; 8]);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tally {
    /// No sample was seen.
    #[default]
    None,
    Sum(u64),
    /// A sample was no number, so the sum is unknown.
    Spoiled,
}

impl Count {
    /// What the samples of a metric, named without its prefix, count; none when they are not read. Deliveries are the sum
    /// of four: to consumers and by `basic.get`, each with and without acknowledgement.
    pub(in crate::broker) fn of_metric(metric: &str) -> Option<Self> {
        Some(match metric {
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
    pub(in crate::broker) fn add(&mut self, count: Count, number: Option<f64>) {
        let tally = &mut self.0[count as usize];
        *tally = tally.plus(number.and_then(whole).map_or(Tally::Spoiled, Tally::Sum));
    }

    /// Adds another node's sums.
    pub(in crate::broker) fn merge(&mut self, other: &Self) {
        for (tally, other) in self.0.iter_mut().zip(other.0) {
            *tally = tally.plus(other);
        }
    }

    /// Whether the queue's own process tells of it. Counters alone may be those of a queue that is gone.
    pub(in crate::broker) fn is_alive(&self) -> bool {
        [Count::Ready, Count::Unacked, Count::Messages, Count::Consumers]
            .iter()
            .any(|count| self.get(*count) != Tally::None)
    }

    /// The queue's numbers, when its broker offers `offers`.
    pub(in crate::broker) fn reading(&self, offers: Offers) -> QueueReading {
        let level = |count| self.get(count).reading(Absence::NotInAnswer);
        let counter =
            |count, offered| self.get(count).reading(if offered { Absence::NoTraffic } else { Absence::NotOffered });
        let counters = [Count::Published, Count::Delivered, Count::Acked, Count::Redelivered];
        let any_counter = counters.iter().any(|count| self.get(*count) != Tally::None);
        QueueReading {
            ready: level(Count::Ready),
            unacked: level(Count::Unacked),
            messages: level(Count::Messages),
            consumers: level(Count::Consumers),
            published: counter(Count::Published, offers.publishes),
            delivered: counter(Count::Delivered, offers.deliveries),
            acked: counter(Count::Acked, offers.deliveries),
            redelivered: counter(Count::Redelivered, offers.deliveries),
            counted_by: any_counter.then_some(SourceKind::Prometheus),
        }
    }

    fn get(&self, count: Count) -> Tally {
        self.0[count as usize]
    }
}

impl Tally {
    fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, tally) | (tally, Self::None) => tally,
            (Self::Sum(a), Self::Sum(b)) => Self::Sum(a.saturating_add(b)),
            _ => Self::Spoiled,
        }
    }

    fn reading(self, without_sample: Absence) -> Reading {
        match self {
            Self::None => Reading::Absent(without_sample),
            Self::Sum(sum) => Reading::Present(sum),
            Self::Spoiled => Reading::Absent(Absence::NotInAnswer),
        }
    }
}

/// A count as a whole number; none when it is no whole number, negative, or too large to be told from its neighbours.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just before")]
pub(in crate::broker) fn whole(number: f64) -> Option<u64> {
    /// 2^53: up to here every whole number has its own `f64`.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    ((0.0..=EXACT_MAX).contains(&number) && number.fract() == 0.0).then_some(number as u64)
}
