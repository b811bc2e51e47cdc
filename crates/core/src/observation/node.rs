//! The nodes behind an observation.

use std::time::Duration;

use super::digest::Fnv1a;
use super::{NodeStart, SourceKind};

/// A node of a cluster, by a digest of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u64);

/// A node that a source has read, or that it reported as running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSeen {
    /// The source that knows it.
    pub source: SourceKind,
    /// Its name, for example `rabbit@localhost`.
    pub name: Box<str>,
    /// When it started, if the source tells: two starts of one node always differ.
    pub start: Option<NodeStart>,
    /// For how long it has been answering, if that is known: from its first answer if its start was noticed, otherwise from
    /// the start of its process.
    pub answering: Option<Duration>,
    /// Whether it is certain that neither the node nor the broker in it has restarted since the read before.
    pub went_on: bool,
}

/// Where the levels of a queue come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The source.
    pub source: SourceKind,
    /// The node that holds the queue, or leads it.
    pub node: Option<NodeId>,
    /// A digest of the nodes on which members of the queue run; 0 if the source does not tell.
    pub online: u64,
}

impl NodeId {
    /// No node is before this one.
    pub(crate) const FIRST: Self = Self(0);
    /// No node is after this one.
    pub(crate) const LAST: Self = Self(u64::MAX);

    /// The node of this name.
    pub fn of(name: &str) -> Self {
        Self(digest([name]))
    }
}

impl NodeSeen {
    /// The node, to compare it with a queue's.
    pub fn id(&self) -> NodeId {
        NodeId::of(&self.name)
    }
}

impl Origin {
    /// Numbers from `source` on `node`.
    pub fn new(source: SourceKind, node: Option<NodeId>) -> Self {
        Self { source, node, online: 0 }
    }

    /// The same, with the names of the nodes on which members run, in any order.
    #[must_use]
    pub fn with_online<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_unstable();
        Self { online: digest(names), ..self }
    }
}

fn digest<'a>(names: impl IntoIterator<Item = &'a str>) -> u64 {
    let mut digest = Fnv1a::new();
    names.into_iter().for_each(|name| digest.text(name));
    digest.0
}
