//! How often a broker is read: as often as configured, unless that costs it too much. Pure.
//!
//! What a read costs the broker is seen from outside as the time that it takes. Two limits keep that in bounds: a share of one
//! of the broker's cores, and what it would cost to ask for every wanted queue by itself once in each period of an HPA, which is
//! the usual way to do without Leveret.

use std::fmt;
use std::time::Duration;

/// Reads take at most one part in so many of the time.
const SHARE_DIVISOR: u32 = 10;

/// Reads that take less than this are not worth doing more rarely: every 5 s, they take 2 % of a core.
const CHEAP: Duration = Duration::from_millis(100);

/// What a broker works to answer a request for one queue. Measured on 3.10.8, 4.0.5 and 4.3.6.
const COST_OF_ONE: Duration = Duration::from_micros(500);

/// How often an HPA asks.
const HPA_PERIOD: Duration = Duration::from_secs(15);

/// How often a broker is read at present.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    configured: Duration,
    max_age: Duration,
    now: Pacing,
    /// How long the last reads took.
    took: Vec<Duration>,
}

/// An interval, and what it is due to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pacing {
    /// From the beginning of one read to that of the next.
    pub interval: Duration,
    /// Why it is that long.
    pub why: PaceReason,
}

/// What an interval is due to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaceReason {
    /// The configuration.
    Configured,
    /// The share of a core that reads may take.
    Share,
    /// What single requests for the wanted queues would cost.
    Wanted,
    /// More would be too much, but numbers must not be older.
    Age,
}

impl Pace {
    /// As configured: every `interval`, for numbers that may be `max_age` old.
    pub(super) fn new(interval: Duration, max_age: Duration) -> Self {
        let now = Pacing { interval, why: PaceReason::Configured };
        Self { configured: interval, max_age, now, took: Vec::new() }
    }

    /// The interval until the next read begins.
    pub(super) fn interval(&self) -> Duration {
        self.now.interval
    }

    /// Takes a read into account that took this long, when so many queues were wanted. The new pacing, if it changes: a little
    /// more or less changes nothing.
    pub(super) fn note(&mut self, took: Duration, wanted: usize) -> Option<Pacing> {
        const LOOKED_AT: usize = 3;
        if self.took.len() == LOOKED_AT {
            self.took.remove(0);
        }
        self.took.push(took);
        // One read may have waited for something else.
        let took = self.took.iter().min().copied().filter(|_| self.took.len() == LOOKED_AT)?;
        let next = self.due(took, wanted);
        let is_near = next.interval < self.now.interval.mul_f64(1.25) && next.interval > self.now.interval.mul_f64(0.6);
        if next == self.now || (is_near && next.why == self.now.why) {
            return None;
        }
        self.now = next;
        Some(next)
    }

    fn due(&self, took: Duration, wanted: usize) -> Pacing {
        let of = |interval, why| Pacing { interval, why };
        if took < CHEAP {
            return of(self.configured, PaceReason::Configured);
        }
        let share = took.saturating_mul(SHARE_DIVISOR);
        let by_ones = COST_OF_ONE.saturating_mul(u32::try_from(wanted.max(1)).unwrap_or(u32::MAX));
        let by_wanted = HPA_PERIOD.mul_f64((took.as_secs_f64() / by_ones.as_secs_f64()).min(1e6));
        // One read may fail without any number becoming too old, and an HPA finds a new number each time.
        let longest = (self.max_age.saturating_sub(took) / 2).min(HPA_PERIOD).max(self.configured);
        let (least, why) = if by_wanted > share { (by_wanted, PaceReason::Wanted) } else { (share, PaceReason::Share) };
        if least <= self.configured {
            of(self.configured, PaceReason::Configured)
        } else if least > longest {
            of(longest, PaceReason::Age)
        } else {
            of(least, why)
        }
    }
}

impl PaceReason {
    /// The word in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::Share => "share",
            Self::Wanted => "wanted",
            Self::Age => "age",
        }
    }
}

impl fmt::Display for PaceReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Configured => "as configured",
            Self::Share => "so that reads take no more than a tenth of the time of one of the broker's cores",
            Self::Wanted => "so that reads cost the broker no more than a request for each wanted queue every 15 s",
            Self::Age => "although reads take the broker long: for the period of an HPA, or half of `maxSampleAge` if that is shorter",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// The pacing of a broker whose reads all take this long, at the default interval and age.
    fn after(took: u64, wanted: usize) -> (u128, &'static str) {
        let mut pace = Pace::new(ms(5000), ms(30_000));
        for _ in 0..3 {
            pace.note(ms(took), wanted);
        }
        (pace.now.interval.as_millis(), pace.now.why.as_str())
    }

    #[test]
    fn cheap_reads_are_made_as_often_as_configured() {
        assert_eq!(after(2, 1), (5000, "configured"));
        assert_eq!(after(99, 1), (5000, "configured"));
        assert_eq!(after(200, 10_000), (5000, "configured"));
    }

    #[test]
    fn dear_reads_are_made_more_rarely() {
        assert_eq!(after(1000, 10_000), (10_000, "share"));
        assert_eq!(after(320, 1000), (9600, "wanted"));
        assert_eq!(after(320, 10), (14_840, "age"));
        assert_eq!(after(3000, 10_000), (13_500, "age"));
    }

    #[test]
    fn numbers_are_never_older_than_the_period_of_an_hpa() {
        let mut pace = Pace::new(ms(1000), ms(600_000));
        for _ in 0..3 {
            pace.note(ms(400), 1);
        }
        assert_eq!(pace.interval(), ms(15_000));
    }

    #[test]
    fn a_long_interval_stays_as_configured() {
        let mut pace = Pace::new(ms(60_000), ms(70_000));
        for _ in 0..3 {
            pace.note(ms(10_000), 1);
        }
        assert_eq!(pace.interval(), ms(60_000));
    }

    #[test]
    fn one_slow_read_or_a_small_change_changes_nothing() {
        let mut pace = Pace::new(ms(5000), ms(30_000));
        assert_eq!([1000, 1000, 20, 1000, 1000].map(|took| pace.note(ms(took), 10_000)), [None; 5]);
        let dear = Pacing { interval: ms(10_000), why: PaceReason::Share };
        assert_eq!(pace.note(ms(1000), 10_000), Some(dear));
        assert_eq!([1100, 1100, 1100, 900].map(|took| pace.note(ms(took), 10_000)), [None; 4]);
        let cheap = Pacing { interval: ms(5000), why: PaceReason::Configured };
        assert_eq!(pace.note(ms(50), 10_000), Some(cheap));
    }
}
