//! The HorizontalPodAutoscaler's algorithm, pure: numbers and the time in, replicas and the reason why out.
//!
//! This is `reconcileAutoscaler` of `pkg/controller/podautoscaler/horizontal.go` in Kubernetes 1.37 for one External metric
//! with an `averageValue` target and no `behavior`. Each part names the function that it follows. The caller reads the
//! metric and the scale, keeps the [`Autoscaler`] between calls, and carries out the [`Decision`].

mod limits;
mod metric;
mod recommendations;
mod spec;
mod why;

pub use metric::Tolerance;
pub use spec::Spec;

use crate::Moment;
use crate::quantity::Milli;
use limits::limit;
use metric::average_value;
use recommendations::Recommendations;
use why::{Known, Why};

/// One HPA and what it remembers between reconciliations.
#[derive(Clone, Debug)]
pub struct Autoscaler {
    spec: Spec,
    recommendations: Recommendations,
    /// The condition `ScaledToZero`: whether it was this HPA that scaled the target to zero.
    scaled_to_zero: bool,
}

/// The size of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The replicas that are asked for: `spec.replicas`.
    pub wanted: i32,
    /// The replicas that exist: `status.replicas`.
    pub running: i32,
}

/// What one reconciliation decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The replicas to ask for from now on; equal to [`Scale::wanted`] when nothing changes.
    pub replicas: i32,
    /// Whether the target must be scaled.
    pub rescale: bool,
    /// The reason in one sentence, for an operator.
    pub why: String,
}

impl Autoscaler {
    /// An HPA that has seen nothing yet.
    pub fn new(spec: Spec) -> Self {
        Self { spec, recommendations: Recommendations::default(), scaled_to_zero: false }
    }

    /// Decides about the target's size. `metric` reads the metric's values, or says why there are none; it is not called
    /// when the size is decided without them.
    pub fn reconcile(
        &mut self,
        scale: Scale,
        metric: impl FnOnce() -> Result<Vec<Milli>, String>,
        now: Moment,
    ) -> Decision {
        let current = scale.wanted;
        self.recommendations.begin(current, now);
        let (min, max) = (self.spec.min_replicas(), self.spec.max_replicas());
        if current == 0 && !self.scaled_to_zero {
            return Decision::without_metric(current, 0, &Why::Disabled);
        }
        let decision = if current > max {
            Decision::without_metric(current, max, &Why::AboveMaximum { current, max })
        } else if current < min && current != 0 {
            Decision::without_metric(current, min, &Why::BelowMinimum { current, min })
        } else {
            match metric() {
                Ok(values) => self.compute(scale, &values, now),
                Err(error) => return Decision::hold(current, error),
            }
        };
        if decision.rescale {
            self.scaled_to_zero = current > 0 && decision.replicas == 0 && min == 0;
        }
        decision
    }

    /// The size that the metric asks for, stabilised and limited: `computeReplicasForMetrics` and
    /// `normalizeDesiredReplicas`.
    fn compute(&mut self, scale: Scale, values: &[Milli], now: Moment) -> Decision {
        let (spec, current) = (&self.spec, scale.wanted);
        let Some(proposal) = average_value(values, spec.target(), scale.running, spec.tolerance()) else {
            return Decision::hold(current, "no metrics returned from external metrics API".into());
        };
        let stabilised = self.recommendations.stabilise(proposal.replicas, now, spec.stabilization_window());
        let limited = limit(current, stabilised, spec.min_replicas(), spec.max_replicas());
        let replicas = limited.replicas;
        let why = Why::Metric(Known { spec, scale, proposal, stabilised, limited });
        Decision { replicas, rescale: replicas != current, why: why.to_string() }
    }
}

impl Decision {
    /// The metric is not known: the size stays, and nothing is recorded.
    fn hold(current: i32, error: String) -> Self {
        Self::without_metric(current, current, &Why::NoData { current, error })
    }

    /// A decision that needed no metric, or had none.
    fn without_metric(current: i32, replicas: i32, why: &Why<'_>) -> Self {
        Self { replicas, rescale: replicas != current, why: why.to_string() }
    }
}

#[cfg(test)]
mod tests;
