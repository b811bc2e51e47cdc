//! Which nodes an observation came from.

use crate::observation::{Observation, UnreadNode};

/// The nodes of a broker as one observation saw them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nodes {
    /// The names of the nodes that the first source read, or reported as running; each once, in order.
    pub read: Vec<Box<str>>,
    /// The nodes that should have been read and were not.
    pub unread: Vec<UnreadNode>,
}

impl Nodes {
    pub(super) fn of(observation: &Observation) -> Self {
        let first = observation.read_by.first();
        let nodes = observation.nodes.iter().filter(|node| Some(&node.source) == first);
        let mut read: Vec<_> = nodes.map(|node| node.name.clone()).collect();
        read.sort_unstable();
        read.dedup();
        Self { read, unread: observation.unread.clone() }
    }
}
