//! A decision's reason as a sentence that an operator understands without knowing the algorithm.

use std::fmt;

use super::limits::{Limit, Limited};
use super::metric::Proposal;
use super::{Scale, Spec};

/// Why a size was decided.
pub(super) enum Why<'a> {
    /// The target was scaled to zero, and not by this HPA.
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
            Self::Disabled => f.write_str("it was scaled to 0 by hand, so it stays at 0 until it is scaled up by hand"),
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
        let (usage, target) = (proposal.usage.decimal(), spec.target().decimal());
        if proposal.within_tolerance {
            let percent = spec.tolerance().0 * 100.0;
            write!(f, "{usage} for {} running is within {percent:.0} % of {target} per consumer", scale.running)?;
        } else {
            let exact = proposal.usage.thousandths().checked_rem(spec.target().thousandths()) == Some(0);
            let rounded = if exact { "" } else { " (rounded up)" };
            write!(f, "{usage} ÷ {target} per consumer = {}{rounded}", proposal.replicas)?;
        }
        if *stabilised != proposal.replicas {
            let window = spec.stabilization_window().as_secs();
            write!(f, ", held at {stabilised}, the most needed within the last {window} s")?;
        }
        let replicas = limited.replicas;
        match limited.by {
            None => Ok(()),
            Some(Limit::ScaleUp) => write!(f, ", limited to {replicas} by the scale-up limit"),
            Some(Limit::Maximum) => write!(f, ", limited to the maximum of {replicas}"),
            Some(Limit::Minimum) => write!(f, ", raised to the minimum of {replicas}"),
        }
    }
}
