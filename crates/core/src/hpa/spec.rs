//! What the user asks of an HPA.

use std::time::Duration;

use super::metric::Tolerance;
use crate::quantity::Milli;

/// The specification of an HPA with one External metric and an `averageValue` target.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    min_replicas: i32,
    max_replicas: i32,
    target: Milli,
    tolerance: Tolerance,
    stabilization_window: Duration,
}

impl Spec {
    /// A specification with Kubernetes' default tolerance (10 %) and scale-down stabilisation (300 s). `target` is
    /// the `averageValue`.
    ///
    /// # Errors
    /// What Kubernetes would refuse: the rules of `validateHorizontalPodAutoscalerSpec` in
    /// `pkg/apis/autoscaling/validation/validation.go`.
    pub fn try_new(min_replicas: i32, max_replicas: i32, target: Milli) -> Result<Self, String> {
        if min_replicas < 0 {
            return Err(format!("`minReplicas` is {min_replicas}, and must not be negative"));
        }
        if max_replicas < min_replicas.max(1) {
            return Err(format!("`maxReplicas` is {max_replicas}, and must be at least 1 and `minReplicas`"));
        }
        if target <= Milli::ZERO {
            return Err("the target's `averageValue` must be more than 0".into());
        }
        let stabilization_window = Duration::from_secs(300);
        Ok(Self { min_replicas, max_replicas, target, tolerance: Tolerance::default(), stabilization_window })
    }

    /// The same with another scale-down stabilisation: the controller's
    /// `--horizontal-pod-autoscaler-downscale-stabilization`.
    #[must_use]
    pub fn with_stabilization_window(self, window: Duration) -> Self {
        Self { stabilization_window: window, ..self }
    }

    /// The fewest replicas.
    pub fn min_replicas(&self) -> i32 {
        self.min_replicas
    }

    /// The most replicas.
    pub fn max_replicas(&self) -> i32 {
        self.max_replicas
    }

    /// The usage that one replica is meant to have.
    pub fn target(&self) -> Milli {
        self.target
    }

    /// The band around the target within which nothing changes.
    pub fn tolerance(&self) -> Tolerance {
        self.tolerance
    }

    /// How long a recommendation keeps the target from being scaled below it.
    pub fn stabilization_window(&self) -> Duration {
        self.stabilization_window
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kubernetes_refuses_is_refused() {
        for (min, max, target) in [(-1, 5, 1), (2, 1, 1), (0, 0, 1), (1, 5, 0), (1, 5, -1)] {
            assert!(Spec::try_new(min, max, Milli::new(target)).is_err(), "{min} {max} {target}");
        }
        assert!(Spec::try_new(0, 1, Milli::new(1)).is_ok());
    }
}
