//! A named view over queues.

use crate::Choice;
use crate::observation::QueueId;

/// A named view over queues of one broker.
#[derive(Clone, Debug, PartialEq)]
pub struct Backlog {
    /// The name that the selector label `backlog` refers to.
    pub name: Box<str>,
    /// The broker's name.
    pub broker: Box<str>,
    /// The virtual hosts that its queues are in. Default: the broker's.
    pub vhosts: Choice,
    /// Which queues of each of them belong to it.
    pub queues: Choice,
    /// How their numbers become one. Default sum.
    pub aggregate: Aggregate,
    /// What a queue that does not exist means. Default error.
    pub when_missing: WhenMissing,
}

/// How the numbers of several queues become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aggregate {
    /// Added up.
    #[default]
    Sum,
    /// The largest.
    Max,
    /// The arithmetic mean.
    Avg,
}

/// What a queue that does not exist means for a backlog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenMissing {
    /// No data: the HPA holds.
    #[default]
    Error,
    /// A queue that does not exist counts as an empty one.
    Zero,
}

impl Backlog {
    /// Its queues, if virtual hosts and queues are listed by name: each queue in each virtual host. None if a pattern
    /// chooses either, because then any queue of the broker may belong to it.
    pub fn named_queues(&self) -> Option<impl Iterator<Item = QueueId>> {
        let (Choice::Names(vhosts), Choice::Names(names)) = (&self.vhosts, &self.queues) else { return None };
        Some(vhosts.iter().flat_map(|vhost| names.iter().map(|name| QueueId::new(vhost.clone(), name.clone()))))
    }
}
