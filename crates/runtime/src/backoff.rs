//! How long to wait before trying again.

use std::time::Duration;

/// The shortest first delay, so that a mistake in a constant does not become a loop without pauses.
const FIRST_MIN: Duration = Duration::from_millis(1);

/// Delays that double from a first to a longest, each shortened at random by up to a half, so that several programs that
/// lost the same broker do not return to it together.
#[derive(Clone, Debug)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    failures: u32,
}

impl Backoff {
    /// Delays from `first` (at least a millisecond) to `longest` (at least `first`).
    pub fn new(first: Duration, longest: Duration) -> Self {
        let first = first.max(FIRST_MIN);
        Self { first, longest: longest.max(first), failures: 0 }
    }

    /// The delay after one more failure: between a half of the doubled delay and the whole of it.
    pub fn next_delay(&mut self) -> Duration {
        self.step(fastrand::f64())
    }

    /// Starts again with the first delay, after a success.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// The next delay, for a random `fraction` from 0 to 1.
    fn step(&mut self, fraction: f64) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(self.failures));
        self.failures = self.failures.saturating_add(1);
        doubled.min(self.longest).mul_f64(1.0 - fraction / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn delays_double_up_to_the_longest_until_a_success() {
        let mut backoff = Backoff::new(SECOND, 5 * SECOND);
        assert_eq!([0.0; 5].map(|fraction| backoff.step(fraction).as_secs()), [1, 2, 4, 5, 5]);
        backoff.reset();
        assert_eq!([1.0; 2].map(|fraction| backoff.step(fraction).as_millis()), [500, 1000]);
    }

    proptest! {
        #[test]
        fn every_delay_is_at_least_half_the_first_and_at_most_the_longest(
            first in 1_u64..100_000, more in 0_u64..10_000_000, fractions in prop::collection::vec(0.0..=1.0_f64, 1..80),
        ) {
            let (first, longest) = (Duration::from_millis(first), Duration::from_millis(first + more));
            let mut backoff = Backoff::new(first, longest);
            for fraction in fractions {
                let delay = backoff.step(fraction);
                prop_assert!(delay >= first / 2 && delay <= longest, "{delay:?}");
            }
            backoff.reset();
            prop_assert!(backoff.next_delay() <= first);
        }

        #[test]
        fn without_chance_delays_never_shrink_and_are_never_zero(first in 0_u64..100, longest in 0_u64..100_000) {
            let mut backoff = Backoff::new(Duration::from_millis(first), Duration::from_millis(longest));
            let delays: Vec<_> = (0..100).map(|_| backoff.step(0.0)).collect();
            prop_assert!(delays.is_sorted() && delays[0] >= FIRST_MIN, "{delays:?}");
        }
    }
}
