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
        let spec = Spec::try_new(min, max, 10_000).unwrap();
        Self {
            autoscaler: Autoscaler::new(spec),
            scale: Scale { wanted: replicas, running: replicas },
            now: Moment::new(Duration::ZERO, Timestamp::UNIX_EPOCH),
        }
    }

    /// Reconciles after `seconds`; every replica asked for runs at once.
    fn after(&mut self, seconds: u64, metric: Result<i64, &str>) -> Decision {
        self.now = self.now.plus(Duration::from_secs(seconds));
        let metric = metric.map(|units| vec![units * 1000]).map_err(str::to_owned);
        let decision = self.autoscaler.reconcile(self.scale, || metric, self.now);
        assert_eq!(decision.rescale, decision.replicas != self.scale.wanted);
        self.scale = Scale { wanted: decision.replicas, running: decision.replicas };
        decision
    }

    fn sizes(&mut self, steps: &[(u64, i64)]) -> Vec<i32> {
        steps.iter().map(|(seconds, units)| self.after(*seconds, Ok(*units)).replicas).collect()
    }
}

#[track_caller]
fn reasons(decision: &Decision) -> (Option<&'static str>, &'static str, Option<&'static str>) {
    let Conditions { scaling_active, able_to_scale, scaling_limited } = decision.conditions;
    (scaling_active.map(ScalingActive::reason), able_to_scale.reason(), scaling_limited.map(ScalingLimited::reason))
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
    let decision = run.after(0, Ok(42));
    assert_eq!(decision.why, "42 ÷ 10 per consumer = 5 (rounded up), limited to 4 by the scale-up limit");
    assert_eq!(reasons(&decision), (Some("ValidMetricFound"), "SucceededRescale", Some("ScaleUpLimit")));
    let decision = run.after(15, Ok(42));
    assert_eq!(
        decision.why,
        "42 for 4 running is within 10 % of 10 per consumer, held at 5, the most needed within the last 300 s"
    );
    let decision = run.after(15, Ok(200));
    assert_eq!(decision.why, "200 ÷ 10 per consumer = 20, limited to the maximum of 10");
    assert_eq!(reasons(&decision), (Some("ValidMetricFound"), "SucceededRescale", Some("TooManyReplicas")));
    let decision = run.after(15, Ok(0));
    assert_eq!(reasons(&decision), (Some("ValidMetricFound"), "ScaleDownStabilized", Some("TooManyReplicas")));
    let decision = run.after(400, Ok(0));
    assert_eq!(decision.why, "0 ÷ 10 per consumer = 0, raised to the minimum of 1");
    assert_eq!(reasons(&decision), (Some("ValidMetricFound"), "SucceededRescale", Some("TooFewReplicas")));
    let decision = run.after(15, Ok(10));
    assert_eq!(reasons(&decision), (Some("ValidMetricFound"), "ReadyForNewScale", Some("DesiredWithinRange")));
}

#[test]
fn an_error_holds_and_records_nothing() {
    let mut run = Run::new(1, 10, 6);
    run.after(0, Ok(60));
    for _ in 0..40 {
        let decision = run.after(15, Err("the broker `main` does not answer"));
        assert_eq!(decision.replicas, 6);
        assert_eq!(decision.why, "no data, so 6 are held: the broker `main` does not answer");
        assert_eq!(reasons(&decision), (Some("FailedGetExternalMetric"), "SucceededGetScale", None));
    }
    // Ten minutes of errors are no recommendations: nothing stabilises what comes after.
    assert_eq!(run.after(15, Ok(10)).replicas, 1);
}

#[test]
fn an_answer_without_values_is_an_error() {
    let mut run = Run::new(1, 10, 6);
    let decision = run.autoscaler.reconcile(run.scale, || Ok(vec![]), run.now);
    assert_eq!((decision.replicas, reasons(&decision).0), (6, Some("FailedGetExternalMetric")));
}

#[test]
fn a_size_outside_the_limits_is_mended_without_asking_for_the_metric() {
    for (start, expected) in [(12, 10), (1, 2)] {
        let mut run = Run::new(2, 10, start);
        let decision = run.autoscaler.reconcile(run.scale, || panic!("the metric was read"), run.now);
        assert_eq!(decision.replicas, expected);
        assert_eq!(reasons(&decision), (None, "SucceededRescale", None));
    }
}

#[test]
fn mending_the_size_records_only_what_ran_at_first_sight() {
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
    let decision = run.autoscaler.reconcile(run.scale, || Ok(vec![i64::MAX, i64::MAX]), run.now);
    assert_eq!(decision.replicas, 10);
}

#[test]
fn to_zero_and_back() {
    let mut run = Run::new(0, 10, 1);
    assert_eq!(run.sizes(&[(0, 0), (301, 0), (15, 0), (15, 1)]), [1, 0, 0, 1]);
}

#[test]
fn a_target_that_somebody_else_scaled_to_zero_stays_there() {
    let mut run = Run::new(0, 10, 0);
    let decision = run.autoscaler.reconcile(run.scale, || panic!("the metric was read"), run.now);
    assert_eq!((decision.replicas, decision.rescale), (0, false));
    assert_eq!(reasons(&decision), (Some("ScalingDisabled"), "SucceededGetScale", None));
}

#[test]
fn the_window_can_be_chosen() {
    let mut run = Run::new(1, 10, 1);
    let spec = Spec::try_new(1, 10, 10_000).unwrap().with_stabilization_window(Duration::from_secs(20));
    run.autoscaler = Autoscaler::new(spec);
    assert_eq!(run.sizes(&[(0, 60), (5, 60), (5, 20), (15, 20), (1, 20)]), [4, 6, 6, 6, 2]);
}
