//! What is served: the table of signals, and the way from a question to numbers or to the reason why there are none.
//!
//! [`answer`] is the whole of it: a signal's name and a label selector in, items or a [`Refusal`] out. It is pure: the
//! configuration, the snapshot and the time are given.

mod refusal;

pub use refusal::{Refusal, RefusalKind};

use crate::clock::Moment;
use crate::config::Config;
use crate::observation::QueueId;
use crate::snapshot::Snapshot;

/// One answered number.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Labels that say which queues the number is about: `broker`, `vhost`, `queue` and, if configured, `backlog`.
    pub labels: Vec<(&'static str, String)>,
    /// When the observation began that it comes from, the earliest for several queues.
    pub at: Moment,
    /// The number as a canonical Kubernetes quantity.
    pub value: String,
}

/// A question as it was understood: whom it is about, even when it cannot be answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The broker.
    pub broker: Box<str>,
    /// The queues that were named, so that whoever reads brokers can learn what is wanted.
    pub queues: Vec<QueueId>,
}

/// Answers one question: the numbers, or why there are none, and whom the question was about.
///
/// `signal` is matched without regard to case, because the HPA's client lower-cases it. `selector` is a Kubernetes label
/// selector in its text form; empty means that none was given.
pub fn answer(
    _config: &Config,
    _snapshot: &Snapshot,
    signal: &str,
    _selector: &str,
    _now: Moment,
) -> (Subject, Result<Vec<Item>, Refusal>) {
    let refusal = Refusal::new(RefusalKind::NotFound, "unknown_metric", format!("unknown metric `{signal}`"));
    (Subject::default(), Err(refusal))
}
