//! A named view over queues.

use regex::Regex;

/// A named view over one or several queues of one virtual host.
#[derive(Clone, Debug, PartialEq)]
pub struct Backlog {
    /// The name that the selector label `backlog` refers to.
    pub name: Box<str>,
    /// The broker's name.
    pub broker: Box<str>,
    /// The virtual host. Default: the broker's.
    pub vhost: Box<str>,
    /// Which queues belong to it.
    pub queues: QueueChoice,
    /// How their numbers become one. Default sum.
    pub aggregate: Aggregate,
    /// What a queue that does not exist means. Default error.
    pub when_missing: WhenMissing,
}

/// Which queues belong to a backlog.
#[derive(Clone, Debug)]
pub enum QueueChoice {
    /// These queues, each of which is expected to exist.
    Names(Vec<Box<str>>),
    /// Every queue whose whole name matches.
    Pattern {
        /// What the whole name must match.
        matching: Regex,
        /// What the whole name must not match.
        exclude: Option<Regex>,
    },
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

impl QueueChoice {
    /// Whether a queue of this name belongs to the backlog. The patterns are already anchored.
    pub fn includes(&self, name: &str) -> bool {
        match self {
            Self::Names(names) => names.iter().any(|wanted| &**wanted == name),
            Self::Pattern { matching, exclude } => {
                matching.is_match(name) && !exclude.as_ref().is_some_and(|exclude| exclude.is_match(name))
            }
        }
    }
}

impl PartialEq for QueueChoice {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Names(names), Self::Names(others)) => names == others,
            (
                Self::Pattern { matching, exclude },
                Self::Pattern { matching: other_matching, exclude: other_exclude },
            ) => {
                matching.as_str() == other_matching.as_str()
                    && exclude.as_ref().map(Regex::as_str) == other_exclude.as_ref().map(Regex::as_str)
            }
            (Self::Names(_) | Self::Pattern { .. }, _) => false,
        }
    }
}
