//! The reasons that an HPA's conditions give, in Kubernetes' words.
//!
//! Kubernetes: the `setCondition` calls in `pkg/controller/podautoscaler/horizontal.go`.

/// Why the HPA can or cannot compute a size: the condition `ScalingActive`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalingActive {
    /// True: the metric was read.
    ValidMetricFound,
    /// False: the metric could not be read, so the size is held.
    FailedGetExternalMetric,
    /// False: somebody else scaled the target to zero.
    ScalingDisabled,
}

/// Whether the size was or could be changed: the condition `AbleToScale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AbleToScale {
    /// The target's size was read, and nothing more was needed.
    SucceededGetScale,
    /// A size was computed and it is the current one.
    ReadyForNewScale,
    /// A recent higher recommendation holds the size.
    ScaleDownStabilized,
    /// The size changes.
    SucceededRescale,
}

/// Which rule limited the size: the condition `ScalingLimited`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalingLimited {
    /// False: none.
    DesiredWithinRange,
    /// True: one step at most doubles.
    ScaleUpLimit,
    /// True: the maximum.
    TooManyReplicas,
    /// True: the minimum.
    TooFewReplicas,
}

/// The conditions that one reconciliation sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// Absent when no metric was needed.
    pub scaling_active: Option<ScalingActive>,
    /// Always set.
    pub able_to_scale: AbleToScale,
    /// Absent when no size was computed.
    pub scaling_limited: Option<ScalingLimited>,
}

// === impl ScalingActive ===

impl ScalingActive {
    /// The condition's status.
    pub fn status(self) -> bool {
        self == Self::ValidMetricFound
    }

    /// The condition's reason.
    pub fn reason(self) -> &'static str {
        match self {
            Self::ValidMetricFound => "ValidMetricFound",
            Self::FailedGetExternalMetric => "FailedGetExternalMetric",
            Self::ScalingDisabled => "ScalingDisabled",
        }
    }
}

// === impl AbleToScale ===

impl AbleToScale {
    /// The condition's reason; its status is always true here.
    pub fn reason(self) -> &'static str {
        match self {
            Self::SucceededGetScale => "SucceededGetScale",
            Self::ReadyForNewScale => "ReadyForNewScale",
            Self::ScaleDownStabilized => "ScaleDownStabilized",
            Self::SucceededRescale => "SucceededRescale",
        }
    }
}

// === impl ScalingLimited ===

impl ScalingLimited {
    /// The condition's status.
    pub fn status(self) -> bool {
        self != Self::DesiredWithinRange
    }

    /// The condition's reason.
    pub fn reason(self) -> &'static str {
        match self {
            Self::DesiredWithinRange => "DesiredWithinRange",
            Self::ScaleUpLimit => "ScaleUpLimit",
            Self::TooManyReplicas => "TooManyReplicas",
            Self::TooFewReplicas => "TooFewReplicas",
        }
    }
}
