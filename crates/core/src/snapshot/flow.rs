//! Whether a queue's counters have counted what happened to it.
//!
//! RabbitMQ counts what AMQP 0-9-1 clients do. From 4.0 on it does not count per queue what AMQP 1.0 and MQTT clients do, and
//! no version counts messages that arrive by dead-lettering, or that expire or are purged. The depth changes all the same. So
//! where the depth does not change as the counters say, they have missed something, and a rate taken from them would be too
//! small. Measured on 3.10.8 and 4.0.5 with every protocol and way of acknowledging.

use std::time::Duration;

use crate::observation::{Absence, Reading};

use super::Sample;

/// How old the depth in an answer may be: RabbitMQ refreshes it at this interval (`collect_statistics_interval`), while
/// counters are those of the moment.
const DEPTH_AGE: Duration = Duration::from_secs(5);

/// By how many messages depth and counters were seen to differ although every message was counted, beyond what the age of the
/// depth explains.
const NOISE: i128 = 2;

/// What two samples of one queue show about the time between them, in messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flow {
    /// By how much the depth grew; none if a depth is not known.
    grown: Option<i128>,
    /// By how much unacknowledged messages grew.
    unacked_grown: i128,
    published: i128,
    delivered: i128,
    acked: i128,
    redelivered: i128,
    /// By how much the depth may differ from what the counters say.
    tolerance: i128,
    /// Whether nothing can have happened to the queue.
    still: bool,
    /// Whether there was no consumer at either time.
    unconsumed: bool,
}

impl Flow {
    /// From one sample to a later one. A counter that begins counts from zero; one that is not there has counted nothing.
    pub(super) fn between(before: &Sample, after: &Sample) -> Self {
        let (was, is) = (&before.reading, &after.reading);
        let counted =
            |was: Reading, is: Reading| i128::from(is.present().unwrap_or(0)) - i128::from(was.present().unwrap_or(0));
        let change = |was: Reading, is: Reading| Some(i128::from(is.present()?) - i128::from(was.present()?));
        let (published, acked) = (counted(was.published, is.published), counted(was.acked, is.acked));
        let window = after.at.since(before.at).as_millis().max(1);
        let moved = published.max(0).saturating_add(acked.max(0));
        let age = i128::try_from(DEPTH_AGE.as_millis()).unwrap_or(i128::MAX);
        let window = i128::try_from(window).unwrap_or(i128::MAX);
        let none = |reading: Reading| reading == Reading::Present(0);
        Self {
            grown: change(was.messages, is.messages),
            unacked_grown: change(was.unacked, is.unacked).unwrap_or(0),
            published,
            delivered: counted(was.delivered, is.delivered),
            acked,
            redelivered: counted(was.redelivered, is.redelivered),
            tolerance: moved.saturating_mul(age) / window + NOISE,
            still: was.work.is_some() && was.work == is.work,
            unconsumed: none(was.consumers) && none(is.consumers),
        }
    }

    /// Whether more messages arrived than were counted.
    pub(super) fn has_uncounted_arrivals(&self) -> bool {
        self.grown.is_some_and(|grown| grown - (self.published - self.acked) > self.tolerance)
    }

    /// Whether more messages left than were delivered: through a client whose deliveries are not counted, or because they
    /// expired or were purged. Rejected messages were delivered and not acknowledged.
    pub(super) fn has_uncounted_departures(&self) -> bool {
        let Some(grown) = self.grown else { return false };
        let left = self.published - grown;
        let delivered = self.delivered - self.redelivered - self.unacked_grown;
        left - self.acked.max(delivered) > self.tolerance
    }

    /// Whether a counter of arrivals that is not there would be zero: the queue's process has done no work, or nothing was
    /// there to take away what had arrived.
    pub(super) fn has_no_arrivals(&self) -> bool {
        self.still || (self.unconsumed && self.grown.is_some_and(|grown| grown <= 0))
    }

    /// Whether a counter of deliveries that is not there would be zero: the queue's process has done no work, or there was no
    /// consumer and nothing that arrived is gone.
    pub(super) fn has_no_departures(&self) -> bool {
        self.still || (self.unconsumed && self.grown.is_some() && !self.has_uncounted_departures())
    }
}

/// Whether the broker would show a counter if it had counted anything.
pub(super) fn counts_nothing_yet(reading: Reading) -> bool {
    reading == Reading::Absent(Absence::NoTraffic)
}
