//! How long to wait before the next attempt.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// Doubling waits with full jitter below a ceiling: many consumers that lose one broker must not all return at once.
#[derive(Clone, Debug)]
pub struct Backoff {
    first: Duration,
    ceiling: Duration,
    attempts: u32,
}

impl Backoff {
    /// Starts at `first` and never waits longer than `ceiling`.
    pub fn new(first: Duration, ceiling: Duration) -> Self {
        Self { first, ceiling, attempts: 0 }
    }

    /// The wait before the next attempt: between half of the current step and the whole of it.
    pub fn wait(&mut self) -> Duration {
        self.step(random_fraction())
    }

    /// Begins again, after a success.
    pub fn reset(&mut self) {
        self.attempts = 0;
    }

    fn step(&mut self, fraction: f64) -> Duration {
        let factor = 2_u32.saturating_pow(self.attempts);
        self.attempts = self.attempts.saturating_add(1);
        let step = self.first.saturating_mul(factor).min(self.ceiling);
        step.mul_f64(0.5 + fraction / 2.0)
    }
}

impl Default for Backoff {
    /// From a fifth of a second to 10 s: a restarting broker is back in about 5 s.
    fn default() -> Self {
        Self::new(Duration::from_millis(200), Duration::from_secs(10))
    }
}

/// A number in `0..1`. The hasher's random keys are random enough to spread waits.
fn random_fraction() -> f64 {
    let bits = u32::try_from(RandomState::new().hash_one(()) >> 32).expect("32 bits remain");
    f64::from(bits) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn waits_grow_to_the_ceiling_and_stay(fractions in prop::collection::vec(0.0..1.0_f64, 1..80)) {
            let (first, ceiling) = (Duration::from_millis(200), Duration::from_secs(10));
            let mut backoff = Backoff::new(first, ceiling);
            for fraction in fractions {
                let wait = backoff.step(fraction);
                prop_assert!(wait >= first / 2 && wait <= ceiling, "{wait:?}");
            }
            backoff.reset();
            prop_assert!(backoff.wait() <= first);
        }
    }
}
