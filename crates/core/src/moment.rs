//! An instant in time.
//!
//! A moment carries both times because they answer different questions: how long ago (monotonic, never jumps) and at what
//! time (wall, what an operator reads).

use std::time::Duration;

use jiff::Timestamp;

/// An instant as both the monotonic and the wall clock saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    since_start: Duration,
    wall: Timestamp,
}

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

    /// The wall-clock time of day in UTC, as messages show it: `14:03:20Z`.
    pub fn clock_time(self) -> String {
        self.wall.strftime("%H:%M:%SZ").to_string()
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
