//! Which nodes an observation came from.

use crate::observation::{Observation, SourceKind, UnreadNode};

/// The nodes of a broker as one observation saw them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nodes {
    /// The names of the nodes that the first source read, or reported as running; each once, in order.
    pub read: Vec<Box<str>>,
    /// That source; none if there was no source.
    pub by: Option<SourceKind>,
    /// The nodes that should have been read and were not.
    pub unread: Vec<UnreadNode>,
}

impl Nodes {
    pub(super) fn of(observation: &Observation) -> Self {
        let by = observation.read_by.first().copied();
        let nodes = observation.nodes.iter().filter(|node| Some(node.source) == by);
        let mut read: Vec<_> = nodes.map(|node| node.name.clone()).collect();
        read.sort_unstable();
        read.dedup();
        Self { read, by, unread: observation.unread.clone() }
    }

    /// Whether the same nodes were read, and the same were not, whatever the reasons.
    pub fn has_names_of(&self, other: &Self) -> bool {
        let unread = |nodes: &Self| nodes.unread.iter().map(|node| node.node.clone()).collect::<Vec<_>>();
        self.read == other.read && unread(self) == unread(other)
    }
}
