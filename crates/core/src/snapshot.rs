//! The last trusted observations of every queue of every broker: immutable, published whole.
//!
//! [`BrokerState::advance`] takes an observation and [`BrokerState::failed`] a failure; both are pure. They decide what is
//! trusted: the answers of a broker that has just restarted, or of which a node could not be read, look like success with
//! smaller numbers, so they are held back for a while ([`Hold`]).

mod advance;
mod counters;
mod hold;
mod lasting;
mod queue_state;
#[cfg(test)]
mod tests;

pub use counters::{Counter, Delta, NotComparable};
pub use hold::{HOLD_FOR, Hold, HoldCause};
pub use lasting::Lasting;
pub use queue_state::RATE_WINDOW;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Moment;
use crate::observation::{Coverage, Failure, Finding, QueueMap, QueueReading, Scope, SourceKind, UnreadNode};

/// Every broker's state, published whole.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    brokers: BTreeMap<Box<str>, Arc<BrokerState>>,
}

/// What is known about one broker.
#[derive(Clone, Debug, Default)]
pub struct BrokerState {
    /// The queues, including those that are missing from the last reads and do not yet count as deleted.
    pub queues: QueueMap<QueueState>,
    /// The last observation, whether or not its numbers were trusted.
    pub seen: Option<Seen>,
    /// When the last trusted and complete list was read: a queue that is not known now did not exist then.
    pub listed: Option<Moment>,
    /// Why the last read failed, and since when every read has failed; none when the last one succeeded.
    pub failure: Option<Lasting<Failure>>,
    /// What made the last answers doubtful. It is kept while its cause lasts, so that the same hold does not begin twice.
    hold: Option<Hold>,
}

/// What the last observation of a broker looked like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// When it began.
    pub at: Moment,
    /// Which queues it could have seen.
    pub scope: Scope,
    /// A node that could not be read, and since when.
    pub unread: Option<Lasting<UnreadNode>>,
    /// What it looked like where it looked like success and was not, and since when.
    pub finding: Option<Lasting<Finding>>,
    /// Since when parts of the answers could not be parsed; queues may be among them.
    pub skipping_since: Option<Moment>,
    /// Sources that failed while another one could be read.
    pub degraded: Vec<(SourceKind, Failure)>,
}

/// What is known about one queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueState {
    /// The last trusted sample.
    pub latest: Sample,
    /// A trusted sample before, to subtract cumulative counters from: the earliest one, until it is older than
    /// [`RATE_WINDOW`], and from then on one that is between once and twice as old.
    pub previous: Option<Sample>,
    /// The sample that follows `previous` in that role.
    successor: Option<Sample>,
    /// Since when complete reads have missed it.
    pub unseen: Option<Unseen>,
}

/// The complete reads in a row that have missed a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// When the first of them began.
    pub since: Moment,
    /// How many there were.
    pub reads: u32,
}

/// A queue's numbers at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// When the observation began that the numbers come from.
    pub at: Moment,
    /// Which nodes and which source the observation came from.
    pub coverage: Coverage,
    /// The numbers.
    pub reading: QueueReading,
}

impl BrokerState {
    /// Why, and since when, new numbers are held back; none when they are trusted.
    pub fn hold(&self) -> Option<Hold> {
        let at = self.seen.as_ref()?.at;
        self.hold.filter(|hold| !hold.is_over(at))
    }
}

impl Seen {
    /// Whether it saw all that it should have seen.
    pub fn is_complete(&self) -> bool {
        self.unread.is_none() && self.finding.is_none() && self.skipping_since.is_none()
    }
}

impl Snapshot {
    /// The state of one broker; none before its first read has ended.
    pub fn broker(&self, name: &str) -> Option<&Arc<BrokerState>> {
        self.brokers.get(name)
    }

    /// The snapshot in which one broker's state is replaced.
    #[must_use]
    pub fn with(&self, name: &str, state: BrokerState) -> Self {
        let mut brokers = self.brokers.clone();
        brokers.insert(name.into(), Arc::new(state));
        Self { brokers }
    }

    /// The snapshot without the brokers that `keep` refuses, after the configuration has changed.
    #[must_use]
    pub fn retain(&self, keep: impl Fn(&str) -> bool) -> Self {
        let brokers = self.brokers.iter().filter(|(name, _)| keep(name));
        Self { brokers: brokers.map(|(name, state)| (name.clone(), Arc::clone(state))).collect() }
    }

    /// All brokers by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &BrokerState)> {
        self.brokers.iter().map(|(name, state)| (&**name, &**state))
    }
}
