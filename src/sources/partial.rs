//! What one source saw of a broker in one read.

use leveret_core::observation::{
    Absences, Finding, QueueMap, QueueReading, Scope, Unattributed, UnreadNode, UnreadVhost,
};

use super::nodes::NodeSet;

/// The part of an observation that comes from one source. The fields mean what they mean in an
/// [`Observation`](leveret_core::observation::Observation).
#[derive(Debug)]
pub(super) struct Partial {
    pub(super) queues: QueueMap<QueueReading>,
    pub(super) scope: Scope,
    pub(super) nodes: NodeSet,
    pub(super) unread: Vec<UnreadNode>,
    pub(super) unread_vhosts: Vec<UnreadVhost>,
    pub(super) absences: Absences,
    pub(super) unattributed: Option<Unattributed>,
    pub(super) finding: Option<Finding>,
    pub(super) skipped: u32,
}
