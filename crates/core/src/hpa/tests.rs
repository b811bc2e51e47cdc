//! Whole reconciliations, in the order in which a controller would make them.

use std::time::Duration;

use jiff::Timestamp;

use super::*;

/// An HPA over simulated time: target 10 per consumer, 1 to 10 of them.
struct Run {
    autoscaler: Autoscaler,
    scale: Scale,
    now: Moment,
}

impl Run {
    fn new(min: i32, max: i32, replicas: i32) -> Self {
        let spec = Spec::try_new(min, max, Milli::new(10_000)).unwrap();
        Self {
            autoscaler: Autoscaler::new(spec),
            scale: Scale { wanted: replicas, running: replicas },
            now: Moment::new(Duration::ZERO, Timestamp::UNIX_EPOCH),
        }
    }

    /// Reconciles after `seconds`; every replica asked for runs at once.
    fn after(&mut self, seconds: u64, metric: Result<i64, &str>) -> Decision {
        self.now = self.now.plus(Duration::from_secs(seconds));
        let metric = metric.map(|units| vec![Milli::new(units * 1000)]).map_err(str::to_owned);
        let decision = self.autoscaler.reconcile(self.scale, || metric, self.now);
        assert_eq!(decision.rescale, decision.replicas != self.scale.wanted);
        self.scale = Scale { wanted: decision.replicas, running: decision.replicas };
        decision
    }

    fn sizes(&mut self, steps: &[(u64, i64)]) -> Vec<i32> {
        steps.iter().map(|(seconds, units)| self.after(*seconds, Ok(*units)).replicas).collect()
    }
}

#[test]
fn a_burst_doubles_its_way_up_and_comes_down_when_it_is_five_minutes_old() {
    let mut run = Run::new(1, 10, 1);
    assert_eq!(run.sizes(&[(0, 100), (15, 100), (15, 100), (15, 0)]), [4, 8, 10, 10]);
    // The last recommendation of 10 was made 15 s before the lull; it counts while it is 300 s old, and no longer.
    assert_eq!(run.sizes(&[(285, 0), (1, 0)]), [10, 1]);
}

#[test]
fn the_reasons_follow_the_steps() {
    let mut run = Run::new(1, 10, 1);
    let mut check = |seconds, units, why: &str| assert_eq!(run.after(seconds, Ok(units)).why, why);
    check(0, 42, "42 ÷ 10 per consumer = 5 (rounded up), limited to 4 by the scale-up limit");
    check(
        15,
        42,
        "42 for 4 running is within 10 % of 10 per consumer, held at 5, the most needed within the last 300 s",
    );
    check(15, 200, "200 ÷ 10 per consumer = 20, limited to the maximum of 10");
    check(
        15,
        0,
        "0 ÷ 10 per consumer = 0, held at 20, the most needed within the last 300 s, limited to the maximum of 10",
    );
    check(400, 0, "0 ÷ 10 per consumer = 0, raised to the minimum of 1");
    check(15, 10, "10 for 1 running is within 10 % of 10 per consumer");
}

#[test]
fn an_error_holds_and_records_nothing() {
    let mut run = Run::new(1, 10, 6);
    run.after(0, Ok(60));
    for _ in 0..40 {
        let decision = run.after(15, Err("the broker `main` does not answer"));
        assert_eq!(decision.replicas, 6);
        assert_eq!(decision.why, "no data, so 6 are held: the broker `main` does not answer");
    }
    // Ten minutes of errors have recorded nothing, so nothing holds the size up afterwards.
    assert_eq!(run.after(15, Ok(10)).replicas, 1);
}

#[test]
fn an_answer_without_values_is_an_error() {
    let mut run = Run::new(1, 10, 6);
    let decision = run.autoscaler.reconcile(run.scale, || Ok(vec![]), run.now);
    assert_eq!(decision.replicas, 6);
    assert_eq!(decision.why, "no data, so 6 are held: no metrics returned from external metrics API");
}

#[test]
fn a_size_outside_the_limits_is_corrected_without_reading_the_metric() {
    let (above, below) = ("12 are more than the maximum of 10", "1 are fewer than the minimum of 2");
    for (start, expected, why) in [(12, 10, above), (1, 2, below)] {
        let mut run = Run::new(2, 10, start);
        let decision = run.autoscaler.reconcile(run.scale, || panic!("the metric was read"), run.now);
        assert_eq!((decision.replicas, decision.rescale, &*decision.why), (expected, true, why));
    }
}

#[test]
fn correcting_the_size_records_only_what_ran_at_first_sight() {
    let mut run = Run::new(1, 10, 12);
    assert_eq!(run.after(0, Ok(0)).replicas, 10);
    assert_eq!(run.after(300, Ok(10)).replicas, 10, "the 12 that ran at first sight still count");
    assert_eq!(run.after(1, Ok(10)).replicas, 1);
}

#[test]
fn while_replicas_are_coming_the_tolerance_is_about_those_that_exist() {
    let mut run = Run::new(1, 10, 3);
    run.after(0, Ok(50));
    run.scale = Scale { wanted: 5, running: 3 };
    let decision = run.after(15, Ok(31));
    assert_eq!(decision.replicas, 5, "three would be enough, but five were needed 15 s ago: {}", decision.why);
}

#[test]
fn overflow_asks_for_the_maximum_and_not_for_less() {
    let mut run = Run::new(1, 10, 5);
    let decision = run.autoscaler.reconcile(run.scale, || Ok(vec![Milli::new(i64::MAX); 2]), run.now);
    assert_eq!(decision.replicas, 10);
}

#[test]
fn to_zero_and_back() {
    let mut run = Run::new(0, 10, 1);
    assert_eq!(run.sizes(&[(0, 0), (301, 0), (15, 0), (15, 1)]), [1, 0, 0, 1]);
}

#[test]
fn a_target_that_was_scaled_to_zero_by_hand_stays_there() {
    let mut run = Run::new(0, 10, 0);
    let decision = run.autoscaler.reconcile(run.scale, || panic!("the metric was read"), run.now);
    assert_eq!((decision.replicas, decision.rescale), (0, false));
    assert_eq!(decision.why, "it was scaled to 0 by hand, so it stays at 0 until it is scaled up by hand");
}

#[test]
fn the_window_can_be_chosen() {
    let mut run = Run::new(1, 10, 1);
    let spec = Spec::try_new(1, 10, Milli::new(10_000)).unwrap().with_stabilization_window(Duration::from_secs(20));
    run.autoscaler = Autoscaler::new(spec);
    assert_eq!(run.sizes(&[(0, 60), (5, 60), (5, 20), (15, 20), (1, 20)]), [4, 6, 6, 6, 2]);
}
