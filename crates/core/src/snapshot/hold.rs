//! What makes numbers doubtful, and for how long.
//!
//! RabbitMQ shows too little around every change: a node that starts answers 200 with few queues and depths of 0, a queue
//! with a new leader has 0 messages or no row at all. Measured on 3.10.8, 4.0.5 and 4.3.6: it lasts up to 10 s. So after such a
//! change a fall waits, while a number that did not fall is used at once.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::Moment;

/// How long a fall waits after the last change that it may be due to. Ten seconds were the longest measured until every
/// number was right again; the rest is margin.
pub const HOLD_FOR: Duration = Duration::from_secs(15);

/// Falls, zeros and absences are not used for a while, because a change has just been seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// When the read began that saw the change.
    pub since: Moment,
    /// The change.
    pub cause: HoldCause,
}

/// A change after which a broker may show too little.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldCause {
    /// The source was not read before, or not without a gap, so that there is too little to compare with.
    FirstRead,
    /// A node started.
    NodeStarted(Arc<str>),
    /// A node could not be read just before, and may have restarted.
    NodeReturned(Arc<str>),
    /// The broker could not be read just before, or counts from zero again; it may have restarted.
    Returned,
    /// Other nodes run than before, so queues get new leaders.
    NodesChanged,
    /// Many queues vanished at once.
    Shrunk {
        /// How many queues were in the read before.
        from: usize,
        /// How many are left.
        to: usize,
    },
    /// The queue is reported by another node or source than before.
    Moved,
    /// The queue was missing from the read before.
    Reappeared,
}

impl Hold {
    /// The hold that begins at `since`.
    pub(super) fn new(since: Moment, cause: HoldCause) -> Self {
        Self { since, cause }
    }

    /// Whether it lasts at `at`.
    pub(super) fn is_active(&self, at: Moment) -> bool {
        at.since(self.since) < HOLD_FOR
    }

    /// The later of two holds that last at `at`.
    pub(super) fn later(one: Option<Self>, other: Option<&Self>, at: Moment) -> Option<Self> {
        let other = other.filter(|hold| hold.is_active(at));
        match (one.filter(|hold| hold.is_active(at)), other) {
            (Some(one), Some(other)) if at.since(other.since) < at.since(one.since) => Some(other.clone()),
            (Some(one), _) => Some(one),
            (None, other) => other.cloned(),
        }
    }
}

impl fmt::Display for HoldCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = HOLD_FOR.as_secs();
        match self {
            Self::FirstRead => write!(
                f,
                "this is since when Leveret has read it without a gap, and a broker that is starting shows too little at first; \
                 they are used after {limit} s"
            ),
            Self::NodeStarted(node) => write!(
                f,
                "node `{node}` has just started, and shows too little at first; they are used {limit} s after its first answer"
            ),
            Self::NodeReturned(node) => write!(
                f,
                "node `{node}` could not be read before, so it may have restarted; they are used after {limit} s without a \
                 failure"
            ),
            Self::Returned => write!(
                f,
                "the broker could not be read before, or counts from zero again, so it may have restarted; they are used after \
                 {limit} s without a failure"
            ),
            Self::NodesChanged => write!(
                f,
                "other nodes run than before, and a queue shows too little while it gets a new leader; they are used after \
                 {limit} s without a change"
            ),
            Self::Shrunk { from, to } => write!(
                f,
                "the list fell from {from} to {to} queues at once, as it does after a restart; if it stays short, they are used \
                 after {limit} s"
            ),
            Self::Moved => write!(
                f,
                "the queue is reported by another node than before, and shows too little at first; they are used after {limit} s"
            ),
            Self::Reappeared => write!(
                f,
                "the queue was missing from the broker's answers before, and shows too little at first; they are used after \
                 {limit} s"
            ),
        }
    }
}
