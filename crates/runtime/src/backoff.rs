//! How long to wait before trying again.

use std::time::Duration;

/// Delays that double from a first to a longest, each shortened at random by up to a half, so that several programs that
/// lost the same broker do not come back to it together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

/// Delays that cannot be waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBackoff {
    /// The first delay is zero, so that all of them would be.
    #[error("the first delay is zero")]
    Zero,
    /// The first delay is longer than the longest.
    #[error("the first delay is longer than the longest")]
    Reversed,
}

impl Backoff {
    /// Delays from `first` to `longest`.
    ///
    /// # Errors
    /// If the first is zero or longer than the longest.
    pub fn try_new(first: Duration, longest: Duration) -> Result<Self, InvalidBackoff> {
        if first.is_zero() {
            return Err(InvalidBackoff::Zero);
        }
        if first > longest {
            return Err(InvalidBackoff::Reversed);
        }
        Ok(Self { first, longest })
    }

    /// The delay after so many failures in a row, for a random `fraction` from 0 to 1: between a half of the doubled delay
    /// and the whole of it.
    pub fn delay(&self, failures: u32, fraction: f64) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
        let whole = doubled.min(self.longest);
        whole.mul_f64(1.0 - fraction.clamp(0.0, 1.0) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn delays_double_up_to_the_longest() {
        let backoff = Backoff::try_new(SECOND, 5 * SECOND).expect("valid");
        assert_eq!([1, 2, 3, 4, 99].map(|failures| backoff.delay(failures, 0.0).as_secs()), [1, 2, 4, 5, 5]);
        assert_eq!(backoff.delay(2, 1.0), SECOND);
    }

    #[test]
    fn what_cannot_be_waited_for_is_refused() {
        assert_eq!(Backoff::try_new(Duration::ZERO, SECOND), Err(InvalidBackoff::Zero));
        assert_eq!(Backoff::try_new(2 * SECOND, SECOND), Err(InvalidBackoff::Reversed));
    }

    proptest! {
        #[test]
        fn every_delay_is_at_least_half_the_first_and_at_most_the_longest(
            first in 1_u64..100_000, more in 0_u64..10_000_000, failures in any::<u32>(), fraction in -1.0..2.0_f64,
        ) {
            let (first, longest) = (Duration::from_millis(first), Duration::from_millis(first + more));
            let delay = Backoff::try_new(first, longest).expect("valid").delay(failures, fraction);
            prop_assert!(delay >= first / 2 && delay <= longest, "{delay:?}");
        }

        #[test]
        fn without_jitter_delays_never_shrink(failures in 0_u32..1000) {
            let backoff = Backoff::try_new(SECOND, 60 * SECOND).expect("valid");
            prop_assert!(backoff.delay(failures, 0.0) <= backoff.delay(failures + 1, 0.0));
        }
    }
}
