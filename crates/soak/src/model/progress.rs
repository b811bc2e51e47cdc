//! What happens by itself as time passes: nodes come back, elections end.

use std::time::{Duration, Instant};

use super::concerns::Scope;
use super::node::Return;
use super::{Election, Kind, Model};

/// How long a flapping node is up, and how long it is down.
const FLAP: Duration = Duration::from_secs(8);

/// How long a node that starts may answer 404 to everything.
const ROUTES_NOTHING: Duration = Duration::from_millis(200);

impl Model {
    /// Lets time pass until `now`.
    pub(crate) fn tick(&mut self, now: Instant) {
        for node in 0..self.nodes.len() {
            let due = self.nodes[node].down.as_ref().is_some_and(|(at, _)| *at <= now);
            if let Some((_, how)) = self.nodes[node].down.take_if(|_| due) {
                self.come_back(node, how, now);
            }
            self.thaw(node, now);
            if let Some((_, _, down)) = self.nodes[node].stops.take_if(|(_, at, _)| *at <= now) {
                self.go_down(node, down, Return::Restarted, now);
            }
            if self.nodes[node].vhost_stopped_until.take_if(|until| *until <= now).is_some() {
                self.start_queues(node, now);
            }
            if self.nodes[node].flaps_at.is_some_and(|at| at <= now) {
                self.flap(node, now);
            }
        }
        self.work(now);
    }

    /// The node goes down once more, and comes back after a while.
    pub(super) fn flap(&mut self, node: usize, now: Instant) {
        let left = self.nodes[node].flaps_left;
        self.nodes[node].flaps_left = left.saturating_sub(1);
        self.nodes[node].flaps_at = (left > 1).then(|| now + 2 * FLAP);
        self.go_down(node, FLAP, Return::Restarted, now);
    }

    fn come_back(&mut self, node: usize, how: Return, now: Instant) {
        self.note(now, format!("{} comes back: {how:?}", self.nodes[node].name));
        self.nodes[node].come_back(how, now);
        if self.rng.u8(..4) == 0 {
            self.nodes[node].routes_nothing_until = Some(now + ROUTES_NOTHING);
        }
        for queue in self.queues.iter_mut().filter(|queue| queue.clients == node) {
            (queue.published, queue.done) = (0, 0);
        }
        self.start_queues(node, now);
    }

    /// The queues of a node start.
    fn start_queues(&mut self, node: usize, now: Instant) {
        for index in 0..self.queues.len() {
            let queue = &mut self.queues[index];
            if queue.node == node {
                let election = match queue.kind {
                    Kind::Classic => Election::of_classic(&mut self.rng, now),
                    Kind::Quorum | Kind::Stream => Election::of_quorum(&mut self.rng, now),
                };
                (queue.work, queue.election, queue.twin) = (5000, Some(election), None);
                self.concern(Scope::Queue(index), now, election.ends());
            } else if queue.kind == Kind::Quorum && self.rng.u8(..4) == 0 {
                // A node that comes back takes over some of the queues unasked.
                self.elect(index, node, now);
            }
        }
    }

    /// A node that was silent answers again. The queues that have moved away from it are still shown by it, with the numbers
    /// of before, until their next leader.
    fn thaw(&mut self, node: usize, now: Instant) {
        if self.nodes[node].silent_until.is_some_and(|until| until <= now) {
            self.nodes[node].silent_until = None;
            self.note(now, format!("{} answers again", self.nodes[node].name));
        }
    }
}
