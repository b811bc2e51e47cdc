//! When how many tasks are due: a regular beat, and bursts at given moments. Time comes in; nothing here reads a clock.

mod burst;

use std::time::Duration;

pub use burst::Burst;

/// What a producer owes, over the time since it started.
#[derive(Clone, Debug)]
pub struct Schedule {
    interval: Duration,
    /// The next beat.
    next: Duration,
    /// Bursts to come, the earliest last.
    bursts: Vec<Burst>,
    /// Due and not yet taken, of bursts.
    owed: u64,
    /// How many may still be taken at all; absent: without end.
    left: Option<u64>,
}

impl Schedule {
    /// One task every `interval` from the start on (all the time when it is zero), and the `bursts`; after `count` tasks
    /// it ends.
    pub fn new(interval: Duration, mut bursts: Vec<Burst>, count: Option<u64>) -> Self {
        bursts.sort_by_key(|burst| std::cmp::Reverse(burst.offset));
        Self { interval, next: Duration::ZERO, bursts, owed: 0, left: count }
    }

    /// Whether `count` tasks were taken.
    pub fn is_over(&self) -> bool {
        self.left == Some(0)
    }

    /// Owes `count` more, on request.
    pub fn request(&mut self, count: u64) {
        self.owed = self.owed.saturating_add(count);
    }

    /// Takes what is due at `now`, at most `limit`; the rest stays due. Beats that were missed, because the broker was
    /// away, are skipped: only bursts, which were asked for explicitly, are made up for.
    pub fn take(&mut self, now: Duration, limit: u64) -> u64 {
        while let Some(burst) = self.bursts.pop_if(|burst| burst.offset <= now) {
            self.request(burst.count);
        }
        let limit = limit.min(self.left.unwrap_or(u64::MAX));
        let mut taken = self.owed.min(limit);
        self.owed -= taken;
        if self.interval.is_zero() {
            taken = limit;
        } else if self.next <= now && taken < limit {
            taken += 1;
            self.next = beat_after(now, self.interval);
        }
        self.left = self.left.map(|left| left - taken);
        taken
    }

    /// When something is due next: at the latest `now` when it is due already; never when the schedule is over.
    pub fn next(&self, now: Duration) -> Option<Duration> {
        if self.is_over() {
            return None;
        }
        if self.owed > 0 || self.interval.is_zero() {
            return Some(now);
        }
        let burst = self.bursts.last().map(|burst| burst.offset);
        Some(burst.map_or(self.next, |offset| offset.min(self.next)))
    }
}

/// The first multiple of `interval` after `now`.
fn beat_after(now: Duration, interval: Duration) -> Duration {
    let beats = now.as_nanos() / interval.as_nanos() + 1;
    let nanoseconds = u64::try_from(beats * interval.as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(nanoseconds)
}

#[cfg(test)]
mod tests;
