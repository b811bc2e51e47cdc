//! From one sample of a queue to the next, and which two of them rates are taken over.
//!
//! RabbitMQ refreshes its counters every 5 s (`collect_statistics_interval`). Between two polls a counter may have been
//! refreshed twice or not at all, and a rate over two polls would be double or zero. So rates are taken over several
//! refreshes: between one and two windows once there are samples that far apart, and over less before.

use std::time::Duration;

use crate::Moment;

use super::{QueueState, Sample, Unseen};

/// The shortest time that rates are taken over, once there are samples that far apart: three refreshes of the broker's
/// counters, so that one more or less changes a rate by at most a third.
pub const RATE_WINDOW: Duration = Duration::from_secs(15);

impl QueueState {
    /// The state after the first sample.
    pub(super) fn first(sample: Sample) -> Self {
        Self { latest: sample, previous: None, successor: None, unseen: None }
    }

    /// The state after one more sample.
    pub(super) fn followed_by(self, sample: Sample) -> Self {
        let (previous, successor) = match (self.previous, self.successor) {
            // Neither side of a reset may be subtracted from the other.
            _ if !self.latest.counts_on_to(&sample) => (self.latest, None),
            (None, _) => (self.latest, None),
            (Some(previous), _) if !previous.counts_on_to(&self.latest) => (self.latest, None),
            (Some(previous), None) => (previous, Some(self.latest)),
            (Some(_), Some(successor)) if sample.at.since(successor.at) >= RATE_WINDOW => {
                (successor, Some(self.latest))
            }
            (Some(previous), successor) => (previous, successor),
        };
        Self { latest: sample, previous: Some(previous), successor, unseen: None }
    }

    /// Notes that a complete read that began at `at` has not seen the queue.
    pub(super) fn missed_at(&mut self, at: Moment) {
        let unseen = self.unseen.get_or_insert(Unseen { since: at, reads: 0 });
        unseen.reads = unseen.reads.saturating_add(1);
    }
}
