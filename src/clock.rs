//! The one place that reads time.
//!
//! Everything else is given a [`Moment`], or a [`Clock`] when it loops. A moment carries both times because they answer
//! different questions: how long ago (monotonic, never jumps) and at what time (wall, what an operator reads).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// An instant as both the monotonic and the wall clock saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    since_start: Duration,
    wall: Timestamp,
}

/// A source of moments.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Moment;
}

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    origin: Instant,
}

/// A clock that stands still until it is told to advance, for tests and simulations. Clones share one time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<Moment>>);

// === impl Moment ===

impl Moment {
    /// The moment `since_start` after an arbitrary origin, at which the wall clock showed `wall`.
    pub fn new(since_start: Duration, wall: Timestamp) -> Self {
        Self { since_start, wall }
    }

    /// The time that passed from `earlier` to `self` on the monotonic clock; zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        self.since_start.saturating_sub(earlier.since_start)
    }

    /// The wall-clock time, in UTC.
    pub fn wall(self) -> Timestamp {
        self.wall
    }

    /// The moment `duration` later on both clocks.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let wall = jiff::SignedDuration::try_from(duration).ok().and_then(|step| self.wall.checked_add(step).ok());
        Self { since_start: self.since_start.saturating_add(duration), wall: wall.unwrap_or(Timestamp::MAX) }
    }

    /// The earlier of two moments.
    #[must_use]
    pub fn earliest(self, other: Self) -> Self {
        if other.since_start < self.since_start { other } else { self }
    }
}

// === impl SystemClock ===

impl Default for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the module that reads time for all others")]
    fn default() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the module that reads time for all others")]
    fn now(&self) -> Moment {
        Moment { since_start: self.origin.elapsed(), wall: Timestamp::now() }
    }
}

// === impl ManualClock ===

impl ManualClock {
    /// A clock that stands at `start`.
    pub fn new(start: Moment) -> Self {
        Self(Arc::new(Mutex::new(start)))
    }

    /// Moves the clock, and all its clones, forward.
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.plus(by);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Moment {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_both_times_for_every_clone() {
        let clock = ManualClock::new(Moment::new(Duration::from_secs(5), Timestamp::UNIX_EPOCH));
        let before = clock.clone().now();
        clock.advance(Duration::from_secs(90));
        let after = clock.now();
        assert_eq!(after.since(before), Duration::from_secs(90));
        assert_eq!(before.since(after), Duration::ZERO);
        assert_eq!(after.wall().as_second(), 90);
        assert_eq!(after.earliest(before), before);
    }
}
