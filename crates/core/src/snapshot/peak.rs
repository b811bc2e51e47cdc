//! Counters as they were before they fell, to tell a dip from a reset.
//!
//! A counter that falls has usually begun anew. But an answer may also lack a part of a sum for a while, such as what the
//! channels of another node have counted. When that part comes back, the counter jumps by all that it had ever counted, and a
//! rate over the jump would be of messages that came long ago.

use std::time::Duration;

use crate::Moment;
use crate::observation::{QueueReading, Reading};

use super::{RATE_WINDOW, Sample};

/// How long a fall may still turn out to be a dip: as long as a rate may be taken over it.
const DIP_MAX: Duration = RATE_WINDOW.saturating_mul(2);

/// The counters of a queue before they fell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Peak {
    /// When they fell.
    since: Moment,
    counters: [Reading; 4],
}

impl Peak {
    /// The counters of `before`, which are smaller in a sample from `since`.
    pub(super) fn new(before: &QueueReading, since: Moment) -> Self {
        Self { since, counters: before.counters() }
    }

    /// Whether a fall may still turn out to be a dip at `at`.
    pub(super) fn is_near(&self, at: Moment) -> bool {
        at.since(self.since) <= DIP_MAX
    }

    /// Whether no counter of `sample` is smaller than before the fall. Then either the fall was a dip, or so much was counted
    /// after a reset, and the sample cannot be subtracted from what came before it.
    pub(super) fn is_reached_by(&self, sample: &Sample) -> bool {
        let pairs = self.counters.into_iter().zip(sample.reading.counters());
        // Absent is less than every number.
        pairs.map(|(before, now)| (before.present(), now.present())).all(|(before, now)| now >= before)
    }
}
