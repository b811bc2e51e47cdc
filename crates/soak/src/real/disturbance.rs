//! What a fault of a real broker concerns, and until when.

use std::time::{Duration, Instant};

/// How long after the end of a fault numbers may be missing: until RabbitMQ shows everything, 10 s; then a hold of 15 s; and some
/// polls on a busy machine.
const SETTLES_IN: Duration = Duration::from_secs(40);

/// One fault.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disturbance {
    /// The node that fails; none if only leaders move.
    pub(crate) node: Option<usize>,
    /// Whether that node is silent, rather than down. Others wait for a silent one.
    pub(crate) is_silent: bool,
    pub(crate) since: Instant,
    /// When it was over; none while it lasts.
    pub(crate) over: Option<Instant>,
}

impl Disturbance {
    /// Whether a question that was on its way from `from` to `to` falls into it.
    pub(crate) fn includes(&self, from: Instant, to: Instant) -> bool {
        to >= self.since && self.over.is_none_or(|over| from <= over + SETTLES_IN)
    }

    /// Whether it concerns a queue, which a node holds for good or whose leader moves, where Leveret reads the first node's
    /// management API or the Prometheus endpoints of all nodes.
    pub(crate) fn concerns(&self, home: Option<usize>, by_management: bool) -> bool {
        match (home, self.node) {
            // Nearly every fault gives some quorum queues another leader.
            (None, _) => true,
            (Some(_), None) => false,
            (Some(home), Some(node)) => home == node || (by_management && (node == 0 || self.is_silent)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_concerns_what_it_can_reach() {
        let since = Instant::now();
        let killed = Disturbance { node: Some(1), is_silent: false, since, over: None };
        assert!(killed.concerns(Some(1), false) && killed.concerns(None, false));
        assert!(!killed.concerns(Some(0), true) && !killed.concerns(Some(0), false));
        let frozen = Disturbance { is_silent: true, ..killed };
        assert!(frozen.concerns(Some(0), true) && !frozen.concerns(Some(0), false));
        let later = since + Duration::from_secs(100);
        assert!(killed.includes(later, later));
        assert!(!Disturbance { over: Some(since), ..killed }.includes(later, later));
    }
}
