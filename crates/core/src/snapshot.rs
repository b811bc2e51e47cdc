//! The last trusted observations of every queue of every broker: immutable, published whole.
//!
//! [`BrokerState::advance`] takes an observation and [`BrokerState::failed`] a failure; both are pure. They decide what is
//! trusted: a broker that has just restarted, or whose queues have new leaders, answers with success and numbers that are too
//! small, so after such a change falls, zeros and absences wait for a while ([`Hold`]).

mod advance;
mod counters;
mod flow;
mod hold;
mod holds;
mod lasting;
mod nodes;
mod peak;
mod queue_state;
mod queues;
#[cfg(test)]
mod tests;
mod unattributed;

pub use counters::{Counter, Delta, NotComparable};
pub use hold::{HOLD_FOR, Hold, HoldCause};
pub use lasting::Lasting;
pub use nodes::Nodes;
pub use queue_state::{QueueState, RATE_WINDOW, Unseen};
pub use queues::{KnownQueue, Queues};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Moment;
use crate::observation::{
    Absences, Coverage, Failure, Finding, QueueReading, Scope, SourceKind, UnreadNode, UnreadVhost, Vhosts,
};

use self::holds::Holds;
use self::unattributed::Unattributions;

/// Every broker's state, published whole.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    brokers: BTreeMap<Box<str>, Arc<BrokerState>>,
}

/// What is known about one broker.
#[derive(Clone, Debug, Default)]
pub struct BrokerState {
    /// The queues. Shared, because a read that fails changes nothing about them.
    pub queues: Arc<Queues>,
    /// The last observation, whether or not its numbers were trusted.
    pub seen: Option<Seen>,
    /// The last list that proves absences.
    pub listed: Option<Listing>,
    /// Why the last read failed, and since when every read has failed; none when the last one succeeded.
    pub failure: Option<Lasting<Failure>>,
    /// What makes numbers doubtful.
    holds: Holds,
    /// What the broker has counted for no queue.
    unattributed: Unattributions,
}

/// A list of all queues that proves absences: a queue that is not known now did not exist then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// When the read of the list began.
    pub at: Moment,
    /// The virtual hosts of which it had all queues.
    pub vhosts: Vhosts,
}

/// What the last observation of a broker looked like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// When it began.
    pub at: Moment,
    /// Which queues it could have seen.
    pub scope: Scope,
    /// The nodes that were read, and those that were not.
    pub nodes: Nodes,
    /// The first of the nodes that could not be read, and since when.
    pub unread: Option<Lasting<UnreadNode>>,
    /// The virtual hosts whose queues could not be read, and since when.
    pub unread_vhosts: Vec<Lasting<UnreadVhost>>,
    /// What it looked like where it looked like success and was not, and since when.
    pub finding: Option<Lasting<Finding>>,
    /// Since when parts of the answers could not be parsed; queues may be among them.
    pub skipping_since: Option<Moment>,
    /// What it proved that a queue was not seen, and since when.
    pub absences: Lasting<Absences>,
    /// Why it proves no absence although it is complete.
    pub hold: Option<Hold>,
    /// Sources that failed while another one could be read, and since when they have.
    pub degraded: Vec<(SourceKind, Lasting<Failure>)>,
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
    /// Why, and since when, absences are not used; none when they are, or when the last read proved none.
    pub fn hold(&self) -> Option<&Hold> {
        self.seen.as_ref()?.hold.as_ref()
    }

    /// When the last read of this source that succeeded began; none before its first.
    pub fn last_read_of(&self, source: SourceKind) -> Option<Moment> {
        self.holds.last_read_of(source)
    }

    /// Whether the last read could show that a queue of its scope does not exist; none before the first read has ended with
    /// success. A read that failed shows nothing.
    pub fn absences_are_proven(&self) -> Option<bool> {
        self.seen.as_ref().map(|seen| self.failure.is_none() && seen.proves_absences())
    }

    /// How far a counter of one of its queues went on over the last trusted samples: between one and two times [`RATE_WINDOW`]
    /// once there are that many.
    ///
    /// # Errors
    /// Why that is not known.
    pub fn delta(&self, queue: KnownQueue<'_>, counter: Counter) -> Result<Delta, NotComparable> {
        queue.state().delta(counter, &self.unattributed)
    }

    /// Why, and since when, a fall of a queue's numbers is not used; none when it is.
    pub fn hold_of(&self, queue: KnownQueue<'_>) -> Option<Hold> {
        queue.state().hold(&self.holds, self.seen.as_ref()?.at)
    }
}

impl Seen {
    /// Whether it has seen all of the broker that it could have seen.
    fn is_whole(&self) -> bool {
        matches!(self.absences.what, Absences::Proven { .. }) && self.skipping_since.is_none()
    }

    /// Whether a queue of its scope that it has not seen does not exist.
    pub fn proves_absences(&self) -> bool {
        self.is_whole() && self.hold.is_none()
    }

    /// The same for a queue of this virtual host.
    pub fn proves_absence_in(&self, vhost: &str) -> bool {
        let visible = matches!(&self.absences.what, Absences::Proven { vhosts, .. } if vhosts.include(vhost));
        visible && self.proves_absences()
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
