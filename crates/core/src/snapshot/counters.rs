//! Whether two cumulative counters may be subtracted: the only place that decides it.
//!
//! RabbitMQ counts from zero again when a node restarts or a queue is declared anew, each source counts from another
//! beginning, and each node counts the deliveries of its own channels only.

use std::time::Duration;

use crate::observation::{Absence, QueueReading, Reading};

use super::flow::{Flow, counts_nothing_yet};
use super::unattributed::Unattributions;
use super::{QueueState, Sample};

/// One of the cumulative counters of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// Messages published into the queue.
    Published,
    /// Messages delivered or fetched.
    Delivered,
    /// Messages acknowledged.
    Acked,
    /// Messages delivered once more.
    Redelivered,
}

/// How far a counter went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delta {
    /// By how many messages.
    pub increase: u64,
    /// In which time; never zero.
    pub time: Duration,
}

/// Why a counter of two samples cannot be subtracted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotComparable {
    /// The later sample does not have it.
    Absent(Absence),
    /// There is no earlier sample that has it.
    FirstSample,
    /// The samples come from different nodes or sources, which count from different beginnings.
    OtherCoverage,
    /// It fell: what counts it has restarted.
    Fell,
    /// The depth shows that messages arrived which were not counted.
    UncountedArrivals,
    /// The depth shows that messages left which were not counted.
    UncountedDepartures,
    /// The broker has counted messages for no queue, and these may have been among them: as many may have arrived as left, so
    /// that the depth does not show them.
    Unattributed,
}

impl Counter {
    /// Every counter.
    pub const ALL: [Self; 4] = [Self::Published, Self::Delivered, Self::Acked, Self::Redelivered];

    /// The counter's reading.
    fn of(self, reading: &QueueReading) -> Reading {
        match self {
            Self::Published => reading.published,
            Self::Delivered => reading.delivered,
            Self::Acked => reading.acked,
            Self::Redelivered => reading.redelivered,
        }
    }
}

impl QueueState {
    /// How far a counter went on over the last trusted samples of a broker with these `unattributed` messages.
    pub(super) fn delta(&self, counter: Counter, unattributed: &Unattributions) -> Result<Delta, NotComparable> {
        match (&self.previous, counter.of(&self.latest.reading)) {
            (Some(previous), _) => {
                let flow = Flow::between(previous, &self.latest, unattributed.between(previous, &self.latest));
                previous.true_delta_to(&self.latest, counter, &flow)
            }
            (None, Reading::Absent(why)) => Err(NotComparable::Absent(why)),
            (None, Reading::Present(_)) => Err(NotComparable::FirstSample),
        }
    }
}

impl Sample {
    /// How far a counter went on from this sample to a later one, if it has counted all that happened.
    ///
    /// # Errors
    /// Why that is not known.
    fn true_delta_to(&self, later: &Self, counter: Counter, flow: &Flow) -> Result<Delta, NotComparable> {
        let delta = self.delta_to(later, counter);
        let is_zero = match delta {
            Err(NotComparable::Absent(Absence::NoTraffic)) => flow.has_none(counter),
            Err(NotComparable::Absent(Absence::RatesOff)) => flow.is_still(),
            _ => false,
        };
        let time = later.at.since(self.at);
        match delta {
            Err(_) if is_zero && self.coverage == later.coverage && !time.is_zero() => Ok(Delta { increase: 0, time }),
            Ok(delta) => flow.doubt(counter, delta.increase).map_or(Ok(delta), Err),
            error => error,
        }
    }

    /// How far a counter went on from this sample to a later one. A counter that the broker shows only once it has counted
    /// something counts from zero.
    ///
    /// # Errors
    /// Why the two cannot be subtracted.
    pub fn delta_to(&self, later: &Self, counter: Counter) -> Result<Delta, NotComparable> {
        let after = match counter.of(&later.reading) {
            Reading::Present(count) => count,
            Reading::Absent(why) => return Err(NotComparable::Absent(why)),
        };
        let before = match counter.of(&self.reading) {
            Reading::Present(count) => count,
            reading if counts_nothing_yet(reading) => 0,
            Reading::Absent(_) => return Err(NotComparable::FirstSample),
        };
        let same_source = self.reading.counted_by.is_none_or(|by| Some(by) == later.reading.counted_by);
        if self.coverage != later.coverage || !same_source {
            return Err(NotComparable::OtherCoverage);
        }
        let increase = after.checked_sub(before).ok_or(NotComparable::Fell)?;
        let time = later.at.since(self.at);
        if time.is_zero() { Err(NotComparable::FirstSample) } else { Ok(Delta { increase, time }) }
    }

    /// Whether rates may be taken from this sample to a later one: a counter goes on, or there is none to go on, and none
    /// begins anew.
    pub(super) fn counts_on_to(&self, later: &Self) -> bool {
        let (mut any_goes_on, mut any_is_new) = (false, false);
        for counter in Counter::ALL {
            match self.delta_to(later, counter) {
                Ok(_) => any_goes_on = true,
                Err(NotComparable::FirstSample) => any_is_new = true,
                Err(NotComparable::OtherCoverage | NotComparable::Fell) => return false,
                Err(_) => {}
            }
        }
        any_goes_on || !any_is_new
    }
}

/// Whether a counter of a queue has fallen or is gone; none when there was none before.
///
/// This is a sign of a restart, whichever nodes and sources the two readings come from.
pub(super) fn counters_regressed(before: &QueueReading, after: &QueueReading) -> Option<bool> {
    let mut regressed = None;
    for counter in Counter::ALL {
        if let Reading::Present(before) = counter.of(before) {
            // Absent is less than every number.
            let fell = counter.of(after).present().is_none_or(|after| after < before);
            regressed = Some(regressed.unwrap_or(false) | fell);
        }
    }
    regressed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::{Coverage, SourceKind};
    use crate::testing::{at, only_ready};

    fn sample(seconds: u64, published: Option<u64>, acked: Option<u64>) -> Sample {
        let mut reading = only_ready(1);
        (reading.published, reading.acked) = (published.into(), acked.into());
        reading.counted_by = published.or(acked).map(|_| SourceKind::Prometheus);
        Sample { at: at(seconds), coverage: Coverage::from_number(1), reading }
    }

    #[track_caller]
    fn check(before: &Sample, after: &Sample, published: Result<u64, NotComparable>, counts_on: bool) {
        let delta = before.delta_to(after, Counter::Published).map(|delta| delta.increase);
        assert_eq!((delta, before.counts_on_to(after)), (published, counts_on), "{before:?} to {after:?}");
    }

    #[test]
    fn counters_of_one_beginning_are_subtracted() {
        let before = sample(0, Some(5), None);
        check(&before, &sample(5, Some(12), None), Ok(7), true);
        check(&before, &sample(5, Some(12), Some(1)), Ok(7), true);
        check(&before, &sample(0, Some(12), None), Err(NotComparable::FirstSample), false);
    }

    #[test]
    fn counters_of_different_beginnings_are_not() {
        let (before, after) = (sample(0, Some(5), Some(5)), sample(5, Some(12), Some(9)));
        check(
            &before,
            &Sample { coverage: Coverage::from_number(2), ..after },
            Err(NotComparable::OtherCoverage),
            false,
        );
        let mut managed = after;
        managed.reading.counted_by = Some(SourceKind::Management);
        check(&before, &managed, Err(NotComparable::OtherCoverage), false);
        check(&before, &sample(5, Some(4), Some(9)), Err(NotComparable::Fell), false);
        check(&before, &sample(5, Some(12), Some(4)), Ok(7), false);
    }

    #[test]
    fn counters_that_come_and_go() {
        let (counted, not) = (sample(0, Some(5), None), sample(5, None, None));
        check(&counted, &not, Err(NotComparable::Absent(Absence::NotInAnswer)), true);
        check(&not, &sample(10, Some(1), None), Err(NotComparable::FirstSample), false);
        check(&not, &sample(10, None, None), Err(NotComparable::Absent(Absence::NotInAnswer)), true);
    }

    #[test]
    fn a_counter_that_fell_or_is_gone_has_regressed() {
        let regressed = |before: Sample, after: Sample| counters_regressed(&before.reading, &after.reading);
        assert_eq!(regressed(sample(0, Some(5), None), sample(5, Some(5), None)), Some(false));
        assert_eq!(regressed(sample(0, Some(5), None), sample(5, Some(4), Some(9))), Some(true));
        assert_eq!(regressed(sample(0, Some(0), Some(2)), sample(5, Some(0), None)), Some(true));
        assert_eq!(regressed(sample(0, None, None), sample(5, Some(1), None)), None);
    }
}
