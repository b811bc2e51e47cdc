//! Beats and bursts.

use proptest::prelude::*;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn bursts_are_read() {
    assert_eq!("100@10s".parse(), Ok(Burst { count: 100, offset: 10 * SECOND }));
    for text in ["", "100", "@10s", "x@10s", "0@1s", "100001@1s", "100@10", "-1@1s"] {
        assert!(text.parse::<Burst>().is_err(), "{text}");
    }
}

#[test]
fn a_beat_is_kept_and_missed_beats_are_skipped() {
    let mut schedule = Schedule::new(5 * SECOND, Vec::new(), None);
    assert_eq!(schedule.take(Duration::ZERO, 10), 1);
    assert_eq!(schedule.take(4 * SECOND, 10), 0);
    assert_eq!(schedule.next(4 * SECOND), Some(5 * SECOND));
    assert_eq!(schedule.take(23 * SECOND, 10), 1);
    assert_eq!(schedule.next(23 * SECOND), Some(25 * SECOND));
}

#[test]
fn a_burst_comes_whole_in_pieces_of_the_limit() {
    let bursts = vec![Burst { count: 30, offset: 2 * SECOND }, Burst { count: 5, offset: SECOND }];
    let mut schedule = Schedule::new(3600 * SECOND, bursts, None);
    assert_eq!(schedule.take(Duration::ZERO, 20), 1);
    assert_eq!(schedule.next(Duration::ZERO), Some(SECOND));
    assert_eq!(schedule.take(SECOND, 20), 5);
    assert_eq!(schedule.take(2 * SECOND, 20), 20);
    assert_eq!(schedule.next(2 * SECOND), Some(2 * SECOND));
    assert_eq!(schedule.take(2 * SECOND, 20), 10);
    assert_eq!(schedule.next(2 * SECOND), Some(3600 * SECOND));
}

proptest! {
    #[test]
    fn exactly_count_tasks_are_taken(
        count in 0..500_u64,
        limit in 1..40_u64,
        interval in 0..3_u32,
        bursts in prop::collection::vec((1..100_u64, 0..20_u32), 0..5),
    ) {
        let bursts = bursts.into_iter().map(|(count, at)| Burst { count, offset: SECOND * at });
        let mut schedule = Schedule::new(SECOND * interval, bursts.collect(), Some(count));
        let (mut now, mut taken) = (Duration::ZERO, 0);
        while let Some(next) = schedule.next(now) {
            now = now.max(next);
            let some = schedule.take(now, limit);
            prop_assert!(some >= 1 && some <= limit, "what is due is there");
            taken += some;
        }
        prop_assert!(schedule.is_over());
        prop_assert_eq!(taken, count);
    }
}
