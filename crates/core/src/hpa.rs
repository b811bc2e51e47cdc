//! The HorizontalPodAutoscaler's algorithm, pure: numbers and the time in, replicas and the reason why out.
//!
//! This is `reconcileAutoscaler` of `pkg/controller/podautoscaler/horizontal.go` in Kubernetes 1.37 for one External metric
//! with an `averageValue` target and no `behavior`. Each part names the function that it follows. Whoever calls it reads
//! the metric and the scale, keeps the [`Autoscaler`] between calls, and carries out the [`Decision`].

mod condition;
mod limits;
mod metric;
mod quantity;
mod recommendations;
mod spec;
mod why;

pub use condition::{AbleToScale, Conditions, ScalingActive, ScalingLimited};
pub use metric::Tolerance;
pub use quantity::{format_milli, parse_milli};
pub use spec::Spec;

use crate::Moment;
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
    /// The conditions that Kubernetes would set.
    pub conditions: Conditions,
}

impl Autoscaler {
    /// An HPA that has seen nothing yet.
    pub fn new(spec: Spec) -> Self {
        Self { spec, recommendations: Recommendations::default(), scaled_to_zero: false }
    }

    /// Decides about the target's size. `metric` reads the metric's values in thousandths, or says why there are none; it
    /// is not called when the size is decided without them.
    pub fn reconcile(
        &mut self,
        scale: Scale,
        metric: impl FnOnce() -> Result<Vec<i64>, String>,
        now: Moment,
    ) -> Decision {
        let current = scale.wanted;
        self.recommendations.begin(current, now);
        let (min, max) = (self.spec.min_replicas(), self.spec.max_replicas());
        if current == 0 && !self.scaled_to_zero {
            return Decision::without_metric(current, 0, Some(ScalingActive::ScalingDisabled), &Why::Disabled);
        }
        let decision = if current > max {
            Decision::without_metric(current, max, None, &Why::AboveMaximum { current, max })
        } else if current < min && current != 0 {
            Decision::without_metric(current, min, None, &Why::BelowMinimum { current, min })
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
    fn compute(&mut self, scale: Scale, values: &[i64], now: Moment) -> Decision {
        let (spec, current) = (&self.spec, scale.wanted);
        let Some(proposal) = average_value(values, spec.target_milli(), scale.running, spec.tolerance()) else {
            return Decision::hold(current, "no metrics returned from external metrics API".into());
        };
        let stabilised = self.recommendations.stabilise(proposal.replicas, now, spec.stabilization_window());
        let limited = limit(current, stabilised, spec.min_replicas(), spec.max_replicas());
        let replicas = limited.replicas;
        let able_to_scale = match (replicas == current, stabilised == proposal.replicas) {
            (false, _) => AbleToScale::SucceededRescale,
            (true, false) => AbleToScale::ScaleDownStabilized,
            (true, true) => AbleToScale::ReadyForNewScale,
        };
        let why = Why::Metric(Known { spec, scale, proposal, stabilised, limited });
        Decision {
            replicas,
            rescale: replicas != current,
            why: why.to_string(),
            conditions: Conditions {
                scaling_active: Some(ScalingActive::ValidMetricFound),
                able_to_scale,
                scaling_limited: Some(limited.reason),
            },
        }
    }
}

impl Decision {
    /// The metric is not known: the size stays, and nothing is recorded.
    fn hold(current: i32, error: String) -> Self {
        let active = Some(ScalingActive::FailedGetExternalMetric);
        Self::without_metric(current, current, active, &Why::NoData { current, error })
    }

    /// A decision that needed no metric, or had none.
    fn without_metric(current: i32, replicas: i32, scaling_active: Option<ScalingActive>, why: &Why<'_>) -> Self {
        let rescale = replicas != current;
        let able_to_scale = if rescale { AbleToScale::SucceededRescale } else { AbleToScale::SucceededGetScale };
        let conditions = Conditions { scaling_active, able_to_scale, scaling_limited: None };
        Self { replicas, rescale, why: why.to_string(), conditions }
    }
}

#[cfg(test)]
mod tests;
