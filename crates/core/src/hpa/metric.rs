//! How many replicas one metric asks for.
//!
//! Kubernetes: `GetExternalPerPodMetricReplicas` in `pkg/controller/podautoscaler/replica_calculator.go`. Numbers are
//! thousandths in 64-bit integers and divide as 64-bit floats, in the order of operations written there.

use crate::quantity::Milli;

/// The band around the target within which nothing changes, as a part of the target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance(pub f64);

/// What a metric asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Proposal {
    /// The replicas asked for, before stabilisation and limits. Not negative.
    pub replicas: i32,
    /// The sum of the metric's values.
    pub usage: Milli,
    /// Whether the usage was within the tolerance, so that the replicas asked for are those that run.
    pub within_tolerance: bool,
}

/// Compares the sum of `values` with an `averageValue` target; none when there are no values.
///
/// `running` is the target's *status* replicas: while a scale-up rolls out, a usage within the tolerance of the pods that
/// already exist asks for those pods, not for the ones that are still coming.
pub(super) fn average_value(values: &[Milli], target: Milli, running: i32, tolerance: Tolerance) -> Option<Proposal> {
    if values.is_empty() {
        return None;
    }
    let usage = sum(values);
    let (dividend, divisor) = (float(usage), float(target));
    let within_tolerance = tolerance.holds(dividend / (divisor * f64::from(running)));
    let replicas = if within_tolerance { running } else { ceiling(dividend / divisor) };
    Some(Proposal { replicas, usage, within_tolerance })
}

/// Adds the values up. As in Kubernetes, a sum that falls below zero counts as an overflow and becomes the largest number.
fn sum(values: &[Milli]) -> Milli {
    let mut usage = 0_i64;
    for value in values {
        usage = usage.wrapping_add(value.thousandths());
        if usage < 0 {
            return Milli::new(i64::MAX);
        }
    }
    Milli::new(usage)
}

/// Whole replicas, rounded up. The conversion saturates, and that is the guard against too large a number.
#[expect(clippy::cast_possible_truncation, reason = "rounded up before, and saturation is what is wanted")]
fn ceiling(replicas: f64) -> i32 {
    replicas.ceil() as i32
}

/// Go's `float64(x)` of the thousandths.
#[expect(clippy::cast_precision_loss, reason = "the HPA divides as 64-bit floats; a more exact quotient would differ")]
fn float(number: Milli) -> f64 {
    number.thousandths() as f64
}

// === impl Tolerance ===

impl Default for Tolerance {
    /// The controller's `--horizontal-pod-autoscaler-tolerance`.
    fn default() -> Self {
        Self(0.1)
    }
}

impl Tolerance {
    /// Whether a usage of `ratio` times the target changes nothing. Both edges are inside; not-a-number is not.
    fn holds(self, ratio: f64) -> bool {
        (1.0 - self.0..=1.0 + self.0).contains(&ratio)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: &[i64], target: i64, running: i32, replicas: i32, within: bool) {
        let values: Vec<_> = values.iter().copied().map(Milli::new).collect();
        let proposal = average_value(&values, Milli::new(target), running, Tolerance::default()).unwrap();
        assert_eq!((proposal.replicas, proposal.within_tolerance), (replicas, within), "{proposal:?}");
    }

    #[test]
    fn a_usage_per_replica_above_the_target_asks_for_the_rounded_up_quotient() {
        check(&[42_000], 10_000, 1, 5, false);
        check(&[40_000], 10_000, 1, 4, false);
        check(&[40_001], 10_000, 1, 5, false);
        check(&[30_000, 12_000], 10_000, 1, 5, false);
    }

    #[test]
    fn both_edges_of_the_tolerance_change_nothing() {
        check(&[11_000], 10_000, 1, 1, true);
        check(&[11_001], 10_000, 1, 2, false);
        check(&[36_000], 10_000, 4, 4, true);
        check(&[35_999], 10_000, 4, 4, false);
        check(&[30_000], 10_000, 4, 3, false);
    }

    #[test]
    fn the_tolerance_is_about_the_replicas_that_run() {
        // Five are wanted and three of them run: 31 is within the tolerance of three.
        check(&[31_000], 10_000, 3, 3, true);
    }

    #[test]
    fn from_zero_the_quotient_is_infinite_or_no_number_and_never_within_the_tolerance() {
        check(&[1], 10_000, 0, 1, false);
        check(&[0], 10_000, 0, 0, false);
    }

    #[test]
    fn an_overflowing_or_negative_sum_asks_for_the_most() {
        check(&[i64::MAX, 1], 1000, 1, i32::MAX, false);
        check(&[-1], 1000, 1, i32::MAX, false);
        check(&[i64::MAX], 1, 1, i32::MAX, false);
    }

    #[test]
    fn no_values_are_no_proposal() {
        assert_eq!(average_value(&[], Milli::new(1000), 1, Tolerance::default()), None);
    }
}
