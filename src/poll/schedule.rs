//! When the next read begins: pure.

use std::time::Duration;

/// The first pause after a failure: short, because the broker may only have restarted a listener.
pub(super) const FIRST_RETRY: Duration = Duration::from_secs(1);

/// The minimum pause after a read is the interval divided by this, so that an overloaded broker can recover.
const PAUSE_DIVISOR: u32 = 10;

/// How long to wait after the first read instead of `pause`, for a random `fraction` from 0 to 1.
///
/// The first read begins at once, so that the first answers are there before the first HPA asks. Replicas and brokers that
/// start together are spread by when they read for the second time. That is no earlier than later reads are, because a rate over
/// less time may be far too high: RabbitMQ refreshes its counters every 5 s.
pub(super) fn first_pause(pause: Duration, fraction: f64) -> Duration {
    pause.mul_f64(1.0 + fraction.clamp(0.0, 1.0) / 2.0)
}

/// How long to wait after a read that took `took`, or after a failed one that is to be retried after `retry`.
///
/// Reads begin one interval after the one before began. One that took longer than that is followed by a short pause and
/// not by several reads in a row to catch up. After a failure, the next read begins no later than after a success, so that
/// a broker that is back is noticed within one interval.
pub(super) fn pause(interval: Duration, took: Duration, retry: Option<Duration>) -> Duration {
    let until_next = interval.saturating_sub(took).max(interval / PAUSE_DIVISOR);
    retry.map_or(until_next, |retry| retry.min(until_next))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn the_second_read_comes_up_to_half_a_pause_later() {
        assert_eq!(first_pause(ms(5000), 0.0), ms(5000));
        assert_eq!(first_pause(ms(5000), 1.0), ms(7500));
        assert_eq!(first_pause(ms(400), 0.5), ms(500));
    }

    #[test]
    fn reads_begin_one_interval_apart() {
        assert_eq!(pause(ms(5000), ms(0), None), ms(5000));
        assert_eq!(pause(ms(5000), ms(1200), None), ms(3800));
    }

    #[test]
    fn a_long_read_is_followed_by_a_pause_and_not_by_a_burst() {
        assert_eq!(pause(ms(5000), ms(4900), None), ms(500));
        assert_eq!(pause(ms(5000), ms(20_000), None), ms(500));
    }

    #[test]
    fn a_retry_comes_no_later_than_the_next_read_would() {
        assert_eq!(pause(ms(5000), ms(3), Some(ms(700))), ms(700));
        assert_eq!(pause(ms(5000), ms(3), Some(ms(5000))), ms(4997));
        assert_eq!(pause(ms(5000), ms(4000), Some(ms(5000))), ms(1000));
    }
}
