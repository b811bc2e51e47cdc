//! How far one step may go.
//!
//! Kubernetes: `convertDesiredReplicasWithRules` and `calculateScaleUpLimit` in
//! `pkg/controller/podautoscaler/horizontal.go`, the rules of an HPA without `behavior`.

use super::condition::ScalingLimited;

/// The replicas that the rules allow, and which rule decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limited {
    /// The replicas.
    pub replicas: i32,
    /// The rule; [`ScalingLimited::DesiredWithinRange`] when none had to.
    pub reason: ScalingLimited,
}

/// Brings `desired` between the minimum and the lesser of the maximum and the scale-up limit.
pub(super) fn limit(current: i32, desired: i32, min: i32, max: i32) -> Limited {
    let step = scale_up_limit(current);
    let (highest, reason) =
        if max > step { (step, ScalingLimited::ScaleUpLimit) } else { (max, ScalingLimited::TooManyReplicas) };
    if desired < min {
        Limited { replicas: min, reason: ScalingLimited::TooFewReplicas }
    } else if desired > highest {
        Limited { replicas: highest, reason }
    } else {
        Limited { replicas: desired, reason: ScalingLimited::DesiredWithinRange }
    }
}

/// One step at most doubles, and always may reach four. Saturates at the largest number of replicas.
fn scale_up_limit(current: i32) -> i32 {
    current.saturating_mul(2).max(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(current: i32, desired: i32, expected: i32, reason: ScalingLimited) {
        assert_eq!(limit(current, desired, 1, 10), Limited { replicas: expected, reason });
    }

    #[test]
    fn one_step_doubles_or_reaches_four() {
        check(1, 9, 4, ScalingLimited::ScaleUpLimit);
        check(0, 9, 4, ScalingLimited::ScaleUpLimit);
        check(3, 9, 6, ScalingLimited::ScaleUpLimit);
        check(4, 8, 8, ScalingLimited::DesiredWithinRange);
    }

    #[test]
    fn minimum_and_maximum_hold() {
        check(8, 40, 10, ScalingLimited::TooManyReplicas);
        // A limit that equals the maximum is the maximum's doing.
        check(5, 40, 10, ScalingLimited::TooManyReplicas);
        check(3, 0, 1, ScalingLimited::TooFewReplicas);
    }

    #[test]
    fn the_largest_numbers_do_not_wrap() {
        assert_eq!(limit(i32::MAX, i32::MAX, 1, i32::MAX).replicas, i32::MAX);
    }
}
