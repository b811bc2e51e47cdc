//! How far one step may go.
//!
//! Kubernetes: `convertDesiredReplicasWithRules` and `calculateScaleUpLimit` in
//! `pkg/controller/podautoscaler/horizontal.go`, the rules of an HPA without `behavior`.

/// The replicas that the rules allow, and which rule changed them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limited {
    /// The replicas.
    pub replicas: i32,
    /// The rule; none when the replicas are those that were desired.
    pub by: Option<Limit>,
}

/// A rule that limits the size. Kubernetes gives it as the reason of the condition `ScalingLimited`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// `ScaleUpLimit`: one step at most doubles.
    ScaleUp,
    /// `TooManyReplicas`: the maximum.
    Maximum,
    /// `TooFewReplicas`: the minimum.
    Minimum,
}

/// Brings `desired` between the minimum and the lesser of the maximum and the scale-up limit.
pub(super) fn limit(current: i32, desired: i32, min: i32, max: i32) -> Limited {
    let step = scale_up_limit(current);
    let (highest, by) = if max > step { (step, Limit::ScaleUp) } else { (max, Limit::Maximum) };
    if desired < min {
        Limited { replicas: min, by: Some(Limit::Minimum) }
    } else if desired > highest {
        Limited { replicas: highest, by: Some(by) }
    } else {
        Limited { replicas: desired, by: None }
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
    fn check(current: i32, desired: i32, replicas: i32, by: Option<Limit>) {
        assert_eq!(limit(current, desired, 1, 10), Limited { replicas, by });
    }

    #[test]
    fn one_step_doubles_or_reaches_four() {
        check(1, 9, 4, Some(Limit::ScaleUp));
        check(0, 9, 4, Some(Limit::ScaleUp));
        check(3, 9, 6, Some(Limit::ScaleUp));
        check(4, 8, 8, None);
    }

    #[test]
    fn minimum_and_maximum_hold() {
        check(8, 40, 10, Some(Limit::Maximum));
        // When the step's limit equals the maximum, the maximum is the reason.
        check(5, 40, 10, Some(Limit::Maximum));
        check(3, 0, 1, Some(Limit::Minimum));
    }

    #[test]
    fn the_largest_numbers_do_not_wrap() {
        assert_eq!(limit(i32::MAX, i32::MAX, 1, i32::MAX).replicas, i32::MAX);
    }
}
