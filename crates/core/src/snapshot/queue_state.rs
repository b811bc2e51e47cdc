//! From one sample of a queue to the next, and which of them rates are taken over.
//!
//! RabbitMQ refreshes its counters every 5 s (`collect_statistics_interval`). Over two polls a counter may have been
//! refreshed not at all or twice, and a rate over two polls would be nothing or double. So rates are taken over some
//! refreshes: between one and two windows once there are that many samples, and over less before.

use std::time::Duration;

use crate::Moment;
use crate::observation::{QueueReading, Reading};

use super::{QueueState, Sample, Unseen};

/// The least time that rates are taken over, once there are samples of it: three refreshes of the broker's counters, so
/// that one more or less is at most a third.
pub const RATE_WINDOW: Duration = Duration::from_secs(15);

impl QueueState {
    /// The state after the first sample.
    pub(super) fn first(sample: Sample) -> Self {
        Self { latest: sample, previous: None, successor: None, unseen: None }
    }

    /// The state after one more sample.
    pub(super) fn followed_by(self, sample: Sample) -> Self {
        let begins_anew = |previous: &Sample| !previous.counts_on_to(&self.latest);
        let (previous, successor) = match (self.previous, self.successor) {
            // Neither side of a reset may be subtracted from the other.
            _ if !self.latest.counts_on_to(&sample) => (self.latest, None),
            (None, _) => (self.latest, None),
            (Some(previous), _) if begins_anew(&previous) => (self.latest, None),
            (Some(previous), None) => (previous, Some(self.latest)),
            (Some(_), Some(successor)) if sample.at.since(successor.at) >= RATE_WINDOW => {
                (successor, Some(self.latest))
            }
            (Some(previous), successor) => (previous, successor),
        };
        Self { latest: sample, previous: Some(previous), successor, unseen: None }
    }
}

impl QueueState {
    /// Notes that a complete read that began at `at` has not seen the queue.
    pub(super) fn missed_at(&mut self, at: Moment) {
        let unseen = self.unseen.get_or_insert(Unseen { since: at, reads: 0 });
        unseen.reads = unseen.reads.saturating_add(1);
    }
}

impl Sample {
    /// Whether a later sample's cumulative counters go on where this one's are.
    fn counts_on_to(&self, later: &Self) -> bool {
        let same_origin = self.coverage == later.coverage && self.reading.counted_by == later.reading.counted_by;
        let fell = |(before, after): (Reading, Reading)| {
            before.present().zip(after.present()).is_some_and(|(before, after)| after < before)
        };
        same_origin && !counters(&self.reading).into_iter().zip(counters(&later.reading)).any(fell)
    }
}

/// Whether a cumulative counter of a queue has fallen or is gone; none when there was none before.
pub(super) fn lost_count(before: &QueueReading, after: &QueueReading) -> Option<bool> {
    let counted = || counters(before).into_iter().zip(counters(after)).filter(|(before, _)| before.present().is_some());
    counted().next()?;
    Some(counted().any(|(before, after)| after.present().is_none_or(|after| Some(after) < before.present())))
}

fn counters(reading: &QueueReading) -> [Reading; 4] {
    [reading.published, reading.delivered, reading.acked, reading.redelivered]
}
