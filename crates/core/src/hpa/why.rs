//! A decision's reason as a sentence that an operator understands without knowing the algorithm.

use std::fmt;

use super::condition::ScalingLimited;
use super::limits::Limited;
use super::metric::Proposal;
use super::quantity::format_milli;
use super::{Scale, Spec};

/// Why a size was decided.
pub(super) enum Why<'a> {
    /// Somebody else scaled the target to zero.
    Disabled,
    /// The target is larger than allowed.
    AboveMaximum { current: i32, max: i32 },
    /// The target is smaller than allowed.
    BelowMinimum { current: i32, min: i32 },
    /// The metric is not known.
    NoData { current: i32, error: String },
    /// The metric is known.
    Metric(Known<'a>),
}

/// The steps from a metric to a size.
pub(super) struct Known<'a> {
    pub(super) spec: &'a Spec,
    pub(super) scale: Scale,
    pub(super) proposal: Proposal,
    pub(super) stabilised: i32,
    pub(super) limited: Limited,
}

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disabled => write!(f, "scaled to 0 by somebody else: nothing is scaled until somebody scales it up"),
            Self::AboveMaximum { current, max } => write!(f, "{current} are more than the maximum of {max}"),
            Self::BelowMinimum { current, min } => write!(f, "{current} are fewer than the minimum of {min}"),
            Self::NoData { current, error } => write!(f, "no data, so {current} are held: {error}"),
            Self::Metric(known) => known.fmt(f),
        }
    }
}

impl fmt::Display for Known<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { spec, scale, proposal, stabilised, limited } = self;
        let (usage, target) = (format_milli(proposal.usage_milli), format_milli(spec.target_milli()));
        if proposal.within_tolerance {
            let percent = spec.tolerance().0 * 100.0;
            write!(f, "{usage} for {} running is within {percent:.0} % of {target} per consumer", scale.running)?;
        } else {
            let exact = proposal.usage_milli.checked_rem(spec.target_milli()) == Some(0);
            let rounded = if exact { "" } else { " (rounded up)" };
            write!(f, "{usage} ÷ {target} per consumer = {}{rounded}", proposal.replicas)?;
        }
        if *stabilised != proposal.replicas {
            let window = spec.stabilization_window().as_secs();
            write!(f, ", held at {stabilised}, the most needed within the last {window} s")?;
        }
        let replicas = limited.replicas;
        match limited.reason {
            ScalingLimited::DesiredWithinRange => Ok(()),
            ScalingLimited::ScaleUpLimit => write!(f, ", limited to {replicas} by the scale-up limit"),
            ScalingLimited::TooManyReplicas => write!(f, ", limited to the maximum of {replicas}"),
            ScalingLimited::TooFewReplicas => write!(f, ", raised to the minimum of {replicas}"),
        }
    }
}
