//! From one sample of a queue to the next, and which two of them rates are taken over.
//!
//! RabbitMQ refreshes its counters every 5 s (`collect_statistics_interval`). Between two polls a counter may have been
//! refreshed twice or not at all, and a rate over two polls would be double or zero. So rates are taken over several
//! refreshes: between one and two windows once there are samples that far apart, and over less before.

use std::time::Duration;

use crate::Moment;
use crate::observation::{Absence, Origin, QueueReading, Reading, SourceKind};

use super::counters::counters_regressed;
use super::flow::counts_nothing_yet;
use super::holds::Holds;
use super::peak::Peak;
use super::{HOLD_FOR, Hold, HoldCause, Sample};

/// The shortest time that rates are taken over, once there are samples that far apart: three refreshes of the broker's
/// counters, so that one more or less changes a rate by at most a third.
pub const RATE_WINDOW: Duration = Duration::from_secs(15);

/// How many proving reads in a row, over at least [`HOLD_FOR`], must miss a queue before it counts as deleted.
const READS_UNTIL_DELETED: u32 = 3;

/// What is known about one queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueState {
    /// The last trusted sample.
    pub latest: Sample,
    /// A trusted sample before, to subtract cumulative counters from: the earliest one, until it is older than
    /// [`RATE_WINDOW`], and from then on one that is between once and twice as old.
    pub previous: Option<Sample>,
    /// The sample that follows `previous` in that role.
    pub(super) successor: Option<Sample>,
    /// The counters before they last fell, if that was lately.
    pub(super) peak: Option<Peak>,
    /// The reads that could have seen it and have missed it.
    pub unseen: Option<Unseen>,
    /// Where it was last seen, whether or not the numbers were used.
    pub(super) origin: Option<Origin>,
    /// When it last moved or reappeared.
    pub(super) changed: Option<(Moment, Change)>,
}

/// The reads in a row that have missed a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// When the first of them began.
    pub since: Moment,
    /// Those that prove that it does not exist: when the first of them began, and how many there were.
    pub(super) proof: Option<(Moment, u32)>,
}

/// What happened to a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Moved,
    Reappeared,
}

impl QueueState {
    /// The state after the first sample.
    pub(super) fn first(sample: Sample, holds: &Holds) -> Self {
        let doubtful = holds.of_queue(sample.reading.origin, sample.reading.kind, sample.at).is_some();
        let reading = if doubtful { without_zeros(sample.reading) } else { sample.reading };
        let origin = sample.reading.origin;
        let latest = Sample { reading, ..sample };
        Self { latest, previous: None, successor: None, peak: None, unseen: None, origin, changed: None }
    }

    /// Takes into account that the queue was seen again.
    pub(super) fn see_again(&mut self, sample: Sample, holds: &Holds) {
        let origin = sample.reading.origin;
        let change = if self.unseen.is_some() {
            Some(Change::Reappeared)
        } else {
            (origin != self.origin).then_some(Change::Moved)
        };
        self.changed = change.map(|change| (sample.at, change)).or(self.changed);
        (self.unseen, self.origin) = (None, origin);
        if self.hold(holds, sample.at).is_none() {
            self.follow_by(sample);
        } else if let Some(reading) = not_less(sample.reading, &self.latest.reading) {
            self.follow_by(Sample { reading, ..sample });
        }
    }

    /// Why falls of this queue are not used at `at`; none if they are.
    pub(super) fn hold(&self, holds: &Holds, at: Moment) -> Option<Hold> {
        let own = self.changed.map(|(since, change)| {
            let cause = match change {
                Change::Moved => HoldCause::Moved,
                Change::Reappeared => HoldCause::Reappeared,
            };
            Hold::new(since, cause)
        });
        Hold::later(own, holds.of_queue(self.origin, self.latest.reading.kind, at).as_ref(), at)
    }

    /// Takes one more trusted sample into account.
    fn follow_by(&mut self, sample: Sample) {
        let peak = self.peak.filter(|peak| peak.is_near(sample.at));
        if peak.is_some_and(|peak| peak.is_reached_by(&sample)) {
            (self.latest, self.previous, self.successor, self.peak) = (sample, None, None, None);
            return;
        }
        let falls = counters_regressed(&self.latest.reading, &sample.reading) == Some(true);
        self.peak = peak.or_else(|| falls.then(|| Peak::new(&self.latest.reading, sample.at)));
        // Neither side of a reset may be subtracted from the other.
        let goes_on = self.latest.counts_on_to(&sample)
            && self.previous.as_ref().is_some_and(|previous| previous.counts_on_to(&self.latest));
        if !goes_on {
            (self.previous, self.successor) = (Some(self.latest), None);
        } else if let Some(successor) = &self.successor {
            if sample.at.since(successor.at) >= RATE_WINDOW {
                (self.previous, self.successor) = (self.successor, Some(self.latest));
            }
        } else {
            self.successor = Some(self.latest);
        }
        self.latest = sample;
    }

    /// Notes that a read that began at `at` could have seen the queue and has not. Only reads that prove an absence count
    /// towards its deletion, and they must follow each other.
    pub(super) fn missed_at(&mut self, at: Moment, proves: bool) {
        let unseen = self.unseen.get_or_insert(Unseen { since: at, proof: None });
        let (since, reads) = unseen.proof.unwrap_or((at, 0));
        unseen.proof = proves.then_some((since, reads.saturating_add(1)));
    }
}

impl Unseen {
    /// Whether a queue that was missed by these reads is deleted at `at`.
    pub(super) fn is_deleted(self, at: Moment) -> bool {
        self.proof.is_some_and(|(since, reads)| reads >= READS_UNTIL_DELETED && at.since(since) >= HOLD_FOR)
    }
}

/// A doubtful reading of a queue that was not seen before: a zero may be too small, any other level is right. The management
/// API leaves counters out of a row that is not filled yet, so there a counter that is not there may be of any size.
fn without_zeros(mut reading: QueueReading) -> QueueReading {
    let may_lack_counters = may_lack_counters(&reading);
    for level in reading.levels_mut() {
        if *level == Reading::Present(0) {
            *level = Reading::Absent(Absence::Unsettled);
        }
    }
    for counter in reading.counters_mut().into_iter().filter(|_| may_lack_counters) {
        if counts_nothing_yet(*counter) {
            *counter = Reading::Absent(Absence::Unsettled);
        }
    }
    reading
}

/// Whether a doubtful reading may lack counters that the queue has.
fn may_lack_counters(reading: &QueueReading) -> bool {
    reading.origin.is_some_and(|origin| origin.source == SourceKind::Management)
}

/// A doubtful reading as far as it may be used after `before`; none if a level fell or is gone.
fn not_less(mut reading: QueueReading, before: &QueueReading) -> Option<QueueReading> {
    for (level, before) in reading.levels_mut().into_iter().zip(before.levels()) {
        match (before, *level) {
            (Reading::Present(before), Reading::Present(now)) if now >= before => {}
            (Reading::Present(_), _) => return None,
            (Reading::Absent(_), Reading::Present(0)) => *level = Reading::Absent(Absence::Unsettled),
            (Reading::Absent(_), _) => {}
        }
    }
    for (counter, before) in reading.counters_mut().into_iter().zip(before.counters()) {
        if before == Reading::Absent(Absence::Unsettled) && counts_nothing_yet(*counter) {
            *counter = before;
        }
    }
    Some(reading)
}
