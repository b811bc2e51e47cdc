//! The last trusted observations of every queue of every broker: immutable, published whole.
//!
//! [`BrokerState::advance`] takes an observation and [`BrokerState::failed`] a failure; both are pure. They decide what is
//! trusted: the answers of a broker that has just restarted, or of which a node was not read, look like success with
//! smaller numbers, and are not taken for the truth before they have lasted.

mod advance;
mod queue_state;
#[cfg(test)]
mod tests;
mod trust;

pub use queue_state::RATE_WINDOW;
pub use trust::{SETTLE, Unsettled, Why};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Moment;
use crate::observation::{Failure, Finding, QueueMap, QueueReading, Scope, UnreadNode};

/// Every broker's state, published whole.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    brokers: BTreeMap<Box<str>, Arc<BrokerState>>,
}

/// What is known about one broker.
#[derive(Clone, Debug, Default)]
pub struct BrokerState {
    /// The queues, those included that vanished and are not yet taken for gone.
    pub queues: QueueMap<QueueState>,
    /// The last observation, whether or not its numbers were trusted.
    pub seen: Option<Seen>,
    /// When the last trusted observation of everything began: a queue that is not known now did not exist then.
    pub listed: Option<Moment>,
    /// The failure of the last read, if it failed.
    pub failure: Option<Failure>,
    /// What disturbed the last answers, and since when; new numbers are not trusted until that has settled.
    disturbance: Option<Unsettled>,
}

/// What the last observation of a broker looked like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// When it began.
    pub at: Moment,
    /// Which queues it could have seen.
    pub scope: Scope,
    /// A node that was not read, and why.
    pub unread: Option<UnreadNode>,
    /// What it looked like, where it looked like success and was not.
    pub finding: Option<Finding>,
    /// Lines or items of it that could not be understood; queues may be among them.
    pub skipped: u32,
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
    /// Since when complete reads have not seen it any more.
    pub unseen: Option<Unseen>,
}

/// How long a queue has not been seen by complete reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// When the first of these reads began.
    pub since: Moment,
    /// How many there were.
    pub reads: u32,
}

/// A queue's numbers at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// When the observation began that the numbers come from.
    pub at: Moment,
    /// The digest of nodes and source that the observation carried.
    pub coverage: u64,
    /// The numbers.
    pub reading: QueueReading,
}

impl BrokerState {
    /// Why, and since when, new numbers are not trusted; none when they are.
    pub fn unsettled(&self) -> Option<&Unsettled> {
        let at = self.seen.as_ref()?.at;
        self.disturbance.as_ref().filter(|disturbance| !disturbance.has_settled(at))
    }
}

impl Seen {
    /// Whether it saw all that it should have seen.
    pub fn is_complete(&self) -> bool {
        self.unread.is_none() && self.finding.is_none() && self.skipped == 0
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
