//! What it proves that a queue was not seen.

use super::SourceKind;

/// What it proves that a queue is not in an observation which could have had it.
///
/// Brokers leave existing queues out of answers that look complete: one node shows only the queues that it leads, and a user
/// sees only the virtual hosts that it has permission on. So an absence is worth something only with a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Absences {
    /// The queue does not exist, if it would be in one of these virtual hosts.
    Proven {
        /// The source that proves it.
        by: SourceKind,
        /// Where.
        vhosts: Vhosts,
    },
    /// Nothing. The reason is for an operator, with what to change, and stays the same while it lasts.
    Unproven(String),
}

/// Some virtual hosts of a broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vhosts {
    /// All of them.
    All,
    /// All of them but these, in the order of their names.
    AllBut(Vec<Box<str>>),
    /// These; whether there are others is not known.
    Only(Vec<Box<str>>),
}

impl Vhosts {
    /// Whether a virtual host is one of them.
    pub fn include(&self, vhost: &str) -> bool {
        match self {
            Self::All => true,
            Self::AllBut(names) => names.iter().all(|name| **name != *vhost),
            Self::Only(names) => names.iter().any(|name| **name == *vhost),
        }
    }
}
