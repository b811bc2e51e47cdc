//! The one place that reads time.
//!
//! Everything else is given a [`Moment`], or a [`Clock`] when it loops. The clock is tokio's, so that a test with paused
//! time drives the sleeps and the clock together.

use jiff::Timestamp;
use leveret_core::Moment;
use tokio::time::Instant;

/// A source of moments. Copies share one origin, so their moments can be compared.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    origin: Instant,
    wall: Wall,
}

/// Where the wall-clock time comes from.
#[derive(Clone, Copy, Debug)]
enum Wall {
    /// The system, which may correct it while the process runs.
    System,
    /// This time at the origin, and from there on the same time that passes for the sleeps.
    From(Timestamp),
}

impl Clock {
    /// The machine's clocks.
    #[expect(clippy::disallowed_methods, reason = "this is the module that reads time for all others")]
    pub fn system() -> Self {
        Self { origin: Instant::now(), wall: Wall::System }
    }

    /// A clock that shows `wall` now and moves with tokio's time, for tests whose time is paused.
    #[expect(clippy::disallowed_methods, reason = "this is the module that reads time for all others")]
    pub fn starting_at(wall: Timestamp) -> Self {
        Self { origin: Instant::now(), wall: Wall::From(wall) }
    }

    /// The present on tokio's clock, to compute deadlines of I/O from it.
    #[expect(clippy::disallowed_methods, reason = "this is the module that reads time for all others")]
    pub fn instant(&self) -> Instant {
        Instant::now()
    }

    /// The present moment.
    #[expect(clippy::disallowed_methods, reason = "this is the module that reads time for all others")]
    pub fn now(&self) -> Moment {
        let since_start = self.origin.elapsed();
        match self.wall {
            Wall::System => Moment::new(since_start, Timestamp::now()),
            Wall::From(wall) => Moment::new(std::time::Duration::ZERO, wall).plus(since_start),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn both_times_of_every_copy_move_with_the_sleeps() {
        let clock = Clock::starting_at(Timestamp::UNIX_EPOCH);
        let (copy, before) = (clock, clock.now());
        tokio::time::sleep(Duration::from_secs(90)).await;
        let after = copy.now();
        assert_eq!(after.since(before), Duration::from_secs(90));
        assert_eq!(before.since(after), Duration::ZERO);
        assert_eq!(after.wall().as_second(), 90);
        assert_eq!(after.earliest(before), before);
    }
}
