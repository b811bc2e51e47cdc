//! What one read of one broker saw: plain values with their time, whichever source they came from.
//!
//! A number is a [`Reading`]: present, or absent with the reason. Nothing here turns an absence into a zero.

mod absences;
mod coverage;
mod digest;
mod failure;
mod names;
mod node;
mod queue_map;
mod reading;
mod unattributed;

pub use absences::{Absences, Vhosts};
pub use coverage::{Coverage, NodeStart};
pub use failure::{Failure, FailureKind};
pub use names::{Identity, Names, QueueNumber};
pub use node::{NodeId, NodeSeen, Origin};
pub use queue_map::QueueMap;
pub use reading::{Absence, Reading};
pub use unattributed::{Unattributed, UncountedClients};

use crate::Moment;

/// One read of one broker.
#[derive(Clone, Debug)]
pub struct Observation {
    /// When the read began. Every number was taken at or after this time.
    pub at: Moment,
    /// Every queue that was seen.
    pub queues: QueueMap<QueueReading>,
    /// Which queues the read could have seen.
    pub scope: Scope,
    /// Nodes that should have been read and were not, and members of the cluster to which no address leads.
    pub unread: Vec<UnreadNode>,
    /// Virtual hosts whose queues were not read although the others' were.
    pub unread_vhosts: Vec<UnreadVhost>,
    /// Which nodes were read and through which source. Cumulative counters of two observations may be subtracted only if
    /// it is equal in both.
    pub coverage: Coverage,
    /// The nodes that were read or reported as running, once for each source that knows them.
    pub nodes: Vec<NodeSeen>,
    /// The sources that were read, in the order in which they were.
    pub read_by: Vec<SourceKind>,
    /// What the broker has counted for no queue; none if the sources do not tell, or not for every node.
    pub unattributed: Option<Unattributed>,
    /// What it proves that a queue of the scope was not seen.
    pub absences: Absences,
    /// What was wrong with an answer that looked like a success.
    pub finding: Option<Finding>,
    /// Lines or items of the answer that could not be parsed and were skipped.
    pub skipped: u32,
    /// Sources that failed while another one could be read: the numbers that only they have are missing.
    pub degraded: Vec<(SourceKind, Failure)>,
}

/// Which queues a read could have seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All queues of the broker: one that was not seen is missing.
    Everything,
    /// Only these, requested one by one; the read says nothing about others.
    Only(Vec<QueueId>),
}

/// A queue's full name within a broker.
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
    /// Messages delivered or fetched, with and without acknowledgement, including redeliveries, cumulative.
    pub delivered: Reading,
    /// Messages acknowledged, or delivered to a client that need not acknowledge them, cumulative.
    pub acked: Reading,
    /// Messages delivered once more, cumulative.
    pub redelivered: Reading,
    /// Where the levels come from; none if there is no row of the queue.
    pub origin: Option<Origin>,
    /// What the queue is, where the source tells.
    pub kind: Option<QueueKind>,
    /// Whether only one of its consumers works and the others wait (`x-single-active-consumer`); none if the source does not
    /// tell.
    pub single_active: Option<bool>,
    /// How much work the queue's process has done, in Erlang's reductions: as long as it stays the same, nothing happens to the
    /// queue. None if the source does not tell, or the process works without a cause.
    pub work: Option<u64>,
    /// Where the four cumulative counters come from. Two sources count differently, so their counters are never mixed.
    pub counted_by: Option<SourceKind>,
}

/// What a queue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueKind {
    /// A classic queue, mirrored or not.
    Classic,
    /// A quorum queue.
    Quorum,
    /// A stream, whose entries stay when they are consumed.
    Stream,
    /// Any other type.
    Other,
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
    /// The node's name or address, without credentials.
    pub node: String,
    /// Why it could not be read.
    pub why: String,
}

/// A virtual host whose queues could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadVhost {
    /// The virtual host.
    pub vhost: Box<str>,
    /// Why its queues could not be read, and what to do about it.
    pub why: String,
}

/// What is wrong with an answer that looks like a success.
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
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Prometheus, Self::Management];

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
    /// A reading in which every number is absent for the same reason.
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
            origin: None,
            kind: None,
            single_active: None,
            work: None,
            counted_by: None,
        }
    }

    /// The consumers that work: of a queue with a single active consumer one, however many are subscribed.
    pub fn working_consumers(&self) -> Reading {
        match self.consumers {
            Reading::Present(consumers) if self.single_active == Some(true) => Reading::Present(consumers.min(1)),
            consumers => consumers,
        }
    }

    /// The four levels: ready, unacknowledged, messages, consumers.
    pub fn levels(&self) -> [Reading; 4] {
        [self.ready, self.unacked, self.messages, self.consumers]
    }

    /// The four levels, to change them.
    pub fn levels_mut(&mut self) -> [&mut Reading; 4] {
        [&mut self.ready, &mut self.unacked, &mut self.messages, &mut self.consumers]
    }

    /// The four cumulative counters: published, delivered, acknowledged, redelivered.
    pub fn counters(&self) -> [Reading; 4] {
        [self.published, self.delivered, self.acked, self.redelivered]
    }

    /// The four cumulative counters, to change them.
    pub fn counters_mut(&mut self) -> [&mut Reading; 4] {
        [&mut self.published, &mut self.delivered, &mut self.acked, &mut self.redelivered]
    }

    /// Fills what is absent here from another source's reading of the same queue. The four counters are taken
    /// together or not at all, because they can only be compared with counters of the same source.
    ///
    /// Levels that two nodes report stay absent: another source would only have chosen one of them, or added them up.
    pub fn fill_from(&mut self, other: &Self) {
        if !self.levels().contains(&Reading::Absent(Absence::TwoNodes)) {
            let levels = self.levels_mut().into_iter().zip(other.levels());
            levels.for_each(|(level, other)| *level = level.or(other));
        }
        self.origin = self.origin.or(other.origin);
        self.kind = self.kind.or(other.kind);
        self.single_active = self.single_active.or(other.single_active);
        self.work = self.work.or(other.work);
        if self.counted_by.is_none() {
            self.published = other.published;
            self.delivered = other.delivered;
            self.acked = other.acked;
            self.redelivered = other.redelivered;
            self.counted_by = other.counted_by;
        }
    }
}
