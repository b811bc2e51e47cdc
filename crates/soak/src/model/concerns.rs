//! Which numbers a fault makes doubtful, and until when.

use std::time::{Duration, Instant};

/// How long after the end of a fault its numbers may be missing: a hold of 15 s, and some polls.
pub(crate) const SETTLES_IN: Duration = Duration::from_secs(20);

/// How long a concern is remembered after its end: longer than a question takes.
const KEPT_FOR: Duration = Duration::from_secs(30);

/// What a fault concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All queues.
    Broker,
    /// The queues on a node, and whether others exist.
    Node(usize),
    /// One queue.
    Queue(usize),
    /// Whether other queues exist than those that are shown.
    Absences,
}

/// The faults of a broker as far as they concern its numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Concerns(Vec<(Scope, Instant, Instant)>);

impl Concerns {
    /// From `now` until [`SETTLES_IN`] after `end`, numbers of `scope` may be missing.
    pub(super) fn add(&mut self, scope: Scope, now: Instant, end: Instant) {
        self.0.retain(|(_, _, until)| now < *until + KEPT_FOR);
        self.0.push((scope, now, end + SETTLES_IN));
    }

    /// Whether nothing concerns a queue on this node between `from` and `to`.
    pub(super) fn are_calm_for(&self, queue: usize, node: usize, from: Instant, to: Instant) -> bool {
        self.0.iter().all(|(scope, since, until)| {
            let concerns = match scope {
                Scope::Broker => true,
                Scope::Node(other) => *other == node,
                Scope::Queue(other) => *other == queue,
                Scope::Absences => false,
            };
            !concerns || to < *since || *until < from
        })
    }

    /// Whether nothing concerns anything between `from` and `to`.
    pub(super) fn are_calm(&self, from: Instant, to: Instant) -> bool {
        self.0.iter().all(|(_, since, until)| to < *since || *until < from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concern_stays_where_it_is_and_ends() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut concerns = Concerns::default();
        concerns.add(Scope::Node(1), at(10), at(15));
        let calm = |queue, node, second| concerns.are_calm_for(queue, node, at(second), at(second));
        assert!(calm(0, 0, 12) && calm(0, 1, 9) && calm(0, 1, 36));
        assert!(!calm(0, 1, 10) && !calm(0, 1, 34));
        assert!(!concerns.are_calm(at(12), at(12)) && concerns.are_calm(at(36), at(36)));
    }
}
