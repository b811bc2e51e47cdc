//! The queues of a broker, and what their clients do.

use std::time::{Duration, Instant};

use fastrand::Rng;

use super::history::History;
use super::{Election, Kind, Levels, Model, Queue};
use crate::plan::Setup;

/// A depth that is not zero is a multiple of this plus the queue's mark. No two queues have the same mark.
pub(crate) const MODULUS: u64 = 997;

/// From one look at all queues to the next.
pub(crate) const TICK: Duration = Duration::from_millis(50);

/// How many queues a broker may have, so that marks differ.
const QUEUES_MAX: u64 = 110;

/// The queues of the broker number `index`.
pub(super) fn queues(setup: &Setup, index: u64, rng: &mut Rng, now: Instant) -> Vec<Queue> {
    let paced = |seconds: u64| Some(Duration::from_secs(seconds));
    let groups = [("steady", 10, paced(25)), ("busy", 6, paced(3)), ("comes", 3, paced(8)), ("edge", 3, paced(20))];
    let mut queues = Vec::new();
    for (group, count, pace) in groups.into_iter().chain([("idle", setup.idle, None)]) {
        for number in 0..count {
            let kind = if number % 2 == 0 { Kind::Quorum } else { Kind::Classic };
            queues.push((format!("{group}-{number}"), kind, pace));
        }
    }
    queues.push(("steady-stream".to_owned(), Kind::Stream, paced(5)));
    let mut made = Vec::new();
    for ((name, kind, pace), number) in queues.into_iter().zip(0..) {
        let mark = 1 + index * QUEUES_MAX + number;
        let node = usize::try_from(number).unwrap_or(0) % setup.nodes;
        let levels = levels(rng, mark, !name.starts_with("busy"));
        made.push(Queue {
            name,
            kind,
            mark,
            pace,
            node,
            clients: node,
            truth: History::new(now, Some(levels)),
            published_ever: History::new(now, 0),
            published: levels.messages(),
            done: 0,
            work: 10_000,
            election: None,
            twin: None,
            lie: None,
        });
    }
    made
}

/// Some levels of the queue with this mark; seldom or often zero.
fn levels(rng: &mut Rng, mark: u64, seldom_zero: bool) -> Levels {
    let is_zero = rng.u8(..if seldom_zero { 40 } else { 6 }) == 0;
    let messages = if is_zero { 0 } else { MODULUS * rng.u64(..40) + mark };
    let unacked = messages.min(rng.u64(..50));
    Levels { ready: messages - unacked, unacked, consumers: rng.u64(..4) }
}

impl Model {
    /// What the clients do until the next tick.
    pub(super) fn work(&mut self, now: Instant) {
        for index in 0..self.queues.len() {
            let queue = &self.queues[index];
            let Some(pace) = queue.pace else { continue };
            let is_idle = queue.election.is_some_and(|election| election.is_idle(now));
            if is_idle || !self.runs(queue.node, now) || queue.lie(now).is_some() {
                continue;
            }
            if self.rng.f64() < TICK.as_secs_f64() / pace.as_secs_f64() {
                self.change(index, now);
            }
        }
    }

    /// Whether the clients of queues on this node can use them.
    fn runs(&self, node: usize, now: Instant) -> bool {
        let node = &self.nodes[node];
        node.is_answering(now) && node.stops.is_none() && !node.has_stopped_vhost(now)
    }

    fn change(&mut self, index: usize, now: Instant) {
        let queue = &mut self.queues[index];
        let before = queue.truth.now();
        // A queue that comes and goes does so at every fourth change.
        let goes = queue.name.starts_with("comes") && self.rng.u8(..4) == 0;
        if before.is_none() || goes {
            let exists = before.is_none().then(|| levels(&mut self.rng, queue.mark, false));
            queue.truth.set(now, exists);
            (queue.published, queue.done) = (exists.map_or(0, Levels::messages), 0);
            // The management API has no counts of a new queue at first.
            queue.election = exists.map(|_| Election::of_classic(&mut self.rng, now));
            queue.twin = None;
            let what = if exists.is_some() { "is declared" } else { "is deleted" };
            self.note(now, format!("{} {what}", self.queues[index].name));
            self.concern_existence(index, now);
            return;
        }
        let queue = &mut self.queues[index];
        let after = levels(&mut self.rng, queue.mark, !queue.name.starts_with("busy"));
        let (was, is) = (before.map_or(0, Levels::messages), after.messages());
        let through = self.rng.u64(..20);
        let arrived = is.saturating_sub(was) + through;
        // After a depth at the edge of its type these do not fit any more.
        queue.published = queue.published.saturating_add(arrived);
        queue.done = queue.done.saturating_add(was.saturating_sub(is)).saturating_add(through);
        queue.published_ever.set(now, queue.published_ever.now().saturating_add(arrived));
        queue.work += self.rng.u64(300..900);
        queue.truth.set(now, Some(after));
    }
}
