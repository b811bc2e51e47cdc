//! What one read of one broker saw: plain values with their time, no matter from which source they came.
//!
//! A number is a [`Reading`]: present, or absent with the reason. Nothing here turns an absence into a zero.

mod failure;
mod queue_map;
mod reading;

pub use failure::{Failure, FailureKind};
pub use queue_map::QueueMap;
pub use reading::{Absence, Reading};

use std::time::Duration;

use crate::Moment;

/// One read of one broker.
#[derive(Clone, Debug)]
pub struct Observation {
    /// When the read began: no number in it is newer than its own reading, and all are at least as new as this.
    pub at: Moment,
    /// Every queue that was seen.
    pub queues: QueueMap<QueueReading>,
    /// Which queues the read could have seen.
    pub scope: Scope,
    /// Nodes that should have been read and were not; their queues are unknown, not gone.
    pub unread: Vec<UnreadNode>,
    /// A digest of which nodes were read and from which source. Cumulative counters of two observations may be
    /// subtracted only when it is the same in both: each node counts the deliveries of its own channels.
    pub coverage: u64,
    /// The shortest time for which one of the nodes that were read has been answering; none when the source does not tell
    /// it. After a start that was noticed it counts from the node's first answer, otherwise from its process's start.
    pub uptime: Option<Duration>,
    /// What the answer looked like, where it looked like success and was not.
    pub finding: Option<Finding>,
    /// Lines or items of the answer that could not be understood and were skipped.
    pub skipped: u32,
}

/// Which queues a read could have seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All queues of the broker: one that was not seen is missing.
    Everything,
    /// Only these, asked for one by one: nothing was learnt about others.
    Only(Vec<QueueId>),
}

/// A queue's address inside a broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QueueId {
    /// The virtual host, for example `/`.
    pub vhost: Box<str>,
    /// The queue's name.
    pub name: Box<str>,
}

/// The numbers of one queue. Depths are in messages, counters in messages since the broker began to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueReading {
    /// Messages ready to be delivered.
    pub ready: Reading,
    /// Messages delivered and not yet acknowledged.
    pub unacked: Reading,
    /// Ready and unacknowledged messages together, as the broker added them.
    pub messages: Reading,
    /// Consumers subscribed.
    pub consumers: Reading,
    /// Messages published into the queue, cumulative.
    pub published: Reading,
    /// Messages delivered or fetched, with and without acknowledgement, redeliveries included, cumulative.
    pub delivered: Reading,
    /// Messages acknowledged, cumulative.
    pub acked: Reading,
    /// Messages delivered once more, cumulative.
    pub redelivered: Reading,
    /// Where the four cumulative counters came from; sources count from different beginnings.
    pub counted_by: Option<SourceKind>,
}

/// A way of reading a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    /// The Prometheus endpoint, `/metrics/detailed`, of every node.
    Prometheus,
    /// The management API, `/api/queues`.
    Management,
}

/// A node that should have been read and was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadNode {
    /// How the node was addressed, without credentials.
    pub node: String,
    /// Why it could not be read.
    pub why: String,
}

/// An answer that looked like success and was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The management API answered 200 with an empty list, as it does to a user without permission on any virtual host.
    EmptyList,
    /// The management API listed queues without any count, as it does when the statistics collector is off.
    CollectorOff,
    /// The Prometheus endpoint answered 200 without a single per-queue row.
    NoQueueRows,
}

// === impl Scope ===

impl Scope {
    /// Whether the read could have seen this queue.
    pub fn covers(&self, vhost: &str, name: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(asked) => asked.iter().any(|queue| *queue.vhost == *vhost && *queue.name == *name),
        }
    }
}

// === impl QueueId ===

impl QueueId {
    /// The queue `name` in `vhost`.
    pub fn new(vhost: impl Into<Box<str>>, name: impl Into<Box<str>>) -> Self {
        Self { vhost: vhost.into(), name: name.into() }
    }
}

// === impl SourceKind ===

impl SourceKind {
    /// The word used in logs, labels and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prometheus => "prometheus",
            Self::Management => "management",
        }
    }
}

// === impl QueueReading ===

impl QueueReading {
    /// A reading in which every number is absent for one reason.
    pub fn absent(why: Absence) -> Self {
        let absent = Reading::Absent(why);
        Self {
            ready: absent,
            unacked: absent,
            messages: absent,
            consumers: absent,
            published: absent,
            delivered: absent,
            acked: absent,
            redelivered: absent,
            counted_by: None,
        }
    }

    /// Fills what is absent here from another source's reading of the same queue. The four counters are taken together
    /// or not at all, because they are only comparable with others of their own source.
    pub fn fill_from(&mut self, other: &Self) {
        self.ready = self.ready.or(other.ready);
        self.unacked = self.unacked.or(other.unacked);
        self.messages = self.messages.or(other.messages);
        self.consumers = self.consumers.or(other.consumers);
        if self.counted_by.is_none() {
            self.published = other.published;
            self.delivered = other.delivered;
            self.acked = other.acked;
            self.redelivered = other.redelivered;
            self.counted_by = other.counted_by;
        }
    }
}
