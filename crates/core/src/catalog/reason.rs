//! Why there is no number: a closed set of reasons.

use std::fmt;

/// Why a question has no number for an answer.
///
/// The API, the metrics and the documentation name a reason by the same word. A word never changes its meaning, because
/// alerts are written on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The selector cannot be parsed, or does not say which queues are meant.
    BadSelector,
    /// There is no such signal.
    UnknownMetric,
    /// The queue does not exist: a recent read has proved it.
    QueueMissing,
    /// The first read of the broker has not ended.
    NotReadYet,
    /// The broker cannot be read.
    Unreadable,
    /// The last trusted numbers are older than `maxSampleAge`.
    Stale,
    /// A zero, a fall or an absence is not used yet, because the broker may show too little at the moment.
    Unsettled,
    /// The queue is not known, and a node that may have it cannot be read.
    NodeUnread,
    /// The queue is not known, and the answers do not prove that it does not exist.
    Unproven,
    /// The queue is not known, and a part of the broker's answer could not be parsed.
    NotUnderstood,
    /// The queue is not known, and the last complete list is too old to say that it does not exist.
    Unseen,
    /// The broker shows no queue at all to this user.
    NoPermission,
    /// The Prometheus endpoint shows no queue at all.
    NoQueueRows,
    /// The number comes from the management API, which has not been asked for this queue yet.
    NotAskedYet,
    /// The broker's answer has the queue without this number.
    Absent,
    /// The broker does not count it per queue.
    NotOffered,
    /// The broker has counted nothing, and it is not known that nothing happened.
    NoTraffic,
    /// The broker's statistics collector is off.
    CollectorOff,
    /// The node that holds the queue is not running.
    QueueDown,
    /// Two nodes report different numbers of the queue.
    TwoNodes,
    /// The number comes from the management API, which could not be read.
    FillFailed,
    /// A rate needs two reads, and the counter has been read once.
    FirstSample,
    /// The counter fell, so there is no rate over that time.
    CounterReset,
    /// The last two reads come from different nodes or sources, so their counters cannot be compared.
    OtherCoverage,
    /// The depth shows that the broker has not counted all messages.
    Uncounted,
    /// It is a stream, whose entries are no backlog.
    Stream,
    /// There is no consumer to divide by.
    NoConsumers,
    /// The number is larger than an HPA can read.
    NotAQuantity,
}

/// The class of a reason, each of which is one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The question is wrong: 400.
    BadRequest,
    /// It asks for something that does not exist: 404.
    NotFound,
    /// There is no number now: 503, without `Retry-After`, which would put the HPA's worker to sleep.
    Unavailable,
}

impl Reason {
    /// Every reason, in the order in which the documentation lists them.
    pub const ALL: [Self; 28] = [
        Self::BadSelector,
        Self::UnknownMetric,
        Self::QueueMissing,
        Self::NotReadYet,
        Self::Unreadable,
        Self::Stale,
        Self::Unsettled,
        Self::NodeUnread,
        Self::Unproven,
        Self::NotUnderstood,
        Self::Unseen,
        Self::NoPermission,
        Self::NoQueueRows,
        Self::NotAskedYet,
        Self::Absent,
        Self::NotOffered,
        Self::NoTraffic,
        Self::CollectorOff,
        Self::QueueDown,
        Self::TwoNodes,
        Self::FillFailed,
        Self::FirstSample,
        Self::CounterReset,
        Self::OtherCoverage,
        Self::Uncounted,
        Self::Stream,
        Self::NoConsumers,
        Self::NotAQuantity,
    ];

    /// The word by which metrics and documentation name the reason.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadSelector => "bad_selector",
            Self::UnknownMetric => "unknown_metric",
            Self::QueueMissing => "queue_missing",
            Self::NotReadYet => "not_read_yet",
            Self::Unreadable => "unreadable",
            Self::Stale => "stale",
            Self::Unsettled => "unsettled",
            Self::NodeUnread => "node_unread",
            Self::Unproven => "unproven",
            Self::NotUnderstood => "not_understood",
            Self::Unseen => "unseen",
            Self::NoPermission => "no_permission",
            Self::NoQueueRows => "no_queue_rows",
            Self::NotAskedYet => "not_asked_yet",
            Self::Absent => "absent",
            Self::NotOffered => "not_offered",
            Self::NoTraffic => "no_traffic",
            Self::CollectorOff => "collector_off",
            Self::QueueDown => "queue_down",
            Self::TwoNodes => "two_nodes",
            Self::FillFailed => "fill_failed",
            Self::FirstSample => "first_sample",
            Self::CounterReset => "counter_reset",
            Self::OtherCoverage => "other_coverage",
            Self::Uncounted => "uncounted",
            Self::Stream => "stream",
            Self::NoConsumers => "no_consumers",
            Self::NotAQuantity => "not_a_quantity",
        }
    }

    /// The class of the reason.
    pub fn status(self) -> Status {
        match self {
            Self::BadSelector => Status::BadRequest,
            Self::UnknownMetric | Self::QueueMissing => Status::NotFound,
            _ => Status::Unavailable,
        }
    }
}

impl Status {
    /// The HTTP status code.
    pub fn code(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::NotFound => 404,
            Self::Unavailable => 503,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
