//! What a fault does to a broker.

use std::time::{Duration, Instant};

use super::concerns::Scope;
use super::node::{Return, Spoilt};
use super::{Election, Kind, Levels, Lie, Model};
use crate::fault::{Damage, Fault};

/// How long a queue takes at most to show the right numbers after its node has come back.
const COUNTS_AFTER: Duration = Duration::from_millis(10_100);

/// How long a node that stops may answer 404 to everything before its ports close.
const ROUTES_NOTHING: Duration = Duration::from_millis(250);

/// How long the other nodes wait until they take a silent one for dead.
const TICK_OF_THE_NET: Duration = Duration::from_secs(8);

/// How long Leveret takes at most to read a broker anew.
const LEARNS_IN: Duration = Duration::from_secs(8);

/// The depths of queues at the edge: the largest that fit, and the smallest that do not.
const EDGES: [u64; 9] = [
    1,
    u32::MAX as u64 + 1,
    (1 << 53) - 1,
    1 << 53,
    (1 << 53) + 1,
    9_223_372_036_854_775,
    9_223_372_036_854_776,
    i64::MAX as u64 + 1,
    u64::MAX,
];

impl Model {
    /// A fault begins.
    pub(crate) fn begin(&mut self, fault: Fault, now: Instant) {
        self.note(now, format!("{fault:?}"));
        self.dips_until = None;
        match fault {
            Fault::LeaderMoves { queue } => self.move_leader(queue, now),
            Fault::NodeKilled { node, down } => self.go_down(node, down, Return::Restarted, now),
            Fault::NodeStopped { node, stopping, down } => {
                self.nodes[node].stops = Some((now, now + stopping, down));
                self.concern_node(node, now, now + stopping);
            }
            Fault::VhostStopped { node, lasts } => {
                self.nodes[node].vhost_stopped_until = Some(now + lasts);
                self.concern_node(node, now, now + lasts + COUNTS_AFTER);
            }
            Fault::PermissionTaken { lasts } => {
                self.forbidden_until = Some(now + lasts);
                self.concern(Scope::Broker, now, now + lasts);
            }
            Fault::ApplicationRestarted { node, down } => {
                self.nodes[node].routes_nothing_until = Some(now + ROUTES_NOTHING);
                self.go_down(node, down, Return::InTheSameMachine, now);
            }
            Fault::NodeRenamed { node, down } => {
                let name = format!("renamed{}@{}", self.rng.u16(..1000), self.setup.name);
                self.go_down(node, down, Return::Renamed(name), now);
            }
            Fault::NodeFrozen { node, lasts } => self.freeze(node, lasts, now),
            Fault::AddressLost { node, lasts } => self.lose_address(node, lasts, now),
            Fault::ShownTwice { queue, lasts } => self.show_twice(queue, lasts, now),
            Fault::BrokenItems { lasts } => {
                self.broken_until = Some(now + lasts);
                self.concern(Scope::Absences, now, now + lasts);
            }
            Fault::UndecodableNames { lasts } => self.undecodable_until = Some(now + lasts),
            Fault::EdgeNumbers { lasts } => self.reach_edges(now + lasts, now),
            Fault::EdgeUptime { node, lasts } => {
                self.nodes[node].uptime_lie = Some((now + lasts, self.rng.usize(..100)));
                self.concern_node(node, now, now + lasts);
            }
            Fault::Slow { node, lasts } => {
                self.nodes[node].slow_until = Some(now + lasts);
                self.concern_node(node, now, now + lasts);
            }
            Fault::Damaged { node, lasts, damage } => self.spoil(node, lasts, damage, now),
            Fault::Flapping { node, rounds } => {
                self.nodes[node].flaps_left = rounds;
                self.flap(node, now);
            }
            // Only a reader that has seen the counters of the same nodes before can tell the end of a dip from a jump.
            Fault::CountersDip { lasts } => {
                self.dips_until = (now > self.disturbed_until + LEARNS_IN).then(|| now + lasts);
                // The management API does not tell that a node went on, so there this is a sign of a restart.
                if self.setup.tag.is_some() {
                    self.concern(Scope::Broker, now, now + lasts);
                }
            }
            // What happens to Leveret happens to no broker.
            Fault::LeveretRestarted { .. } | Fault::BrokerReplaced => {}
        }
    }

    /// The node's ports close for some time, and its quorum queues get leaders elsewhere.
    pub(super) fn go_down(&mut self, node: usize, down: Duration, how: Return, now: Instant) {
        let comes = now + down;
        self.nodes[node].connected = how == Return::InTheSameMachine;
        self.nodes[node].down = Some((comes, how));
        self.concern_node(node, now, comes + COUNTS_AFTER);
        self.elect_elsewhere(node, now);
    }

    /// Leveret reads the broker as if for the first time.
    pub(crate) fn is_read_anew(&mut self, now: Instant) {
        self.disturbed_until = self.disturbed_until.max(now);
        self.dips_until = None;
    }

    fn elect_elsewhere(&mut self, node: usize, now: Instant) {
        for index in 0..self.queues.len() {
            if self.queues[index].node == node {
                self.concern(Scope::Queue(index), now, now);
                let others: Vec<_> = (0..self.nodes.len())
                    .filter(|other| *other != node && self.nodes[*other].is_answering(now))
                    .collect();
                // Only a majority elects a leader.
                if self.queues[index].kind == Kind::Quorum && others.len() * 2 > self.nodes.len() {
                    let to = others[self.rng.usize(..others.len())];
                    self.elect(index, to, now);
                }
            }
        }
    }

    /// A queue gets its leader on this node.
    pub(super) fn elect(&mut self, index: usize, to: usize, now: Instant) {
        let election = Election::of_leader(&mut self.rng, now);
        let queue = &mut self.queues[index];
        (queue.node, queue.election, queue.twin) = (to, Some(election), None);
        queue.work = 4000;
        let (name, leader) = (queue.name.clone(), &self.nodes[to].name);
        self.note(now, format!("{name} is led by {leader}, {}", election.described(now)));
        self.concern(Scope::Queue(index), now, election.ends());
    }

    fn move_leader(&mut self, queue: usize, now: Instant) {
        let index = self.nth(queue, |queue| queue.kind == Kind::Quorum && queue.pace.is_some());
        let from = self.queues[index].node;
        let to = (from + 1) % self.nodes.len();
        // A node that is down or silent takes part in no election, and a queue has one election at a time.
        let is_settled = self.queues[index].election.is_none_or(|election| election.ends() <= now);
        if from != to && is_settled && [from, to].iter().all(|node| self.nodes[*node].is_answering(now)) {
            self.elect(index, to, now);
        }
    }

    /// The node goes silent. Once the others take it for dead, its quorum queues are led elsewhere; when it answers again, it
    /// shows the numbers that it had. No case is known in which it did so before the new leader showed its own.
    fn freeze(&mut self, node: usize, lasts: Duration, now: Instant) {
        self.nodes[node].silent_until = Some(now + lasts);
        self.concern_node(node, now, now + lasts + COUNTS_AFTER);
        if self.nodes.len() > 1 {
            // The management API of every node waits for the silent one until then.
            let until = now + lasts + COUNTS_AFTER;
            self.concern(Scope::Broker, now, if self.setup.tag.is_some() { until } else { now });
        }
        if lasts > TICK_OF_THE_NET + COUNTS_AFTER && self.setup.tag.is_none() {
            let left: Vec<_> = (0..self.queues.len()).filter(|index| self.queues[*index].node == node).collect();
            self.elect_elsewhere(node, now);
            for index in left {
                let queue = &mut self.queues[index];
                let is_read = queue.node < self.setup.addresses;
                if let (Some(levels), true) = (queue.truth.now(), queue.node != node && is_read) {
                    queue.twin = Some((node, levels, now + lasts + COUNTS_AFTER));
                    self.concern(Scope::Queue(index), now, now + lasts + COUNTS_AFTER);
                }
            }
        }
    }

    fn lose_address(&mut self, node: usize, lasts: Duration, now: Instant) {
        if node < self.astray.len() && self.nodes.len() > 1 {
            self.astray[node] = Some(((node + 1) % self.nodes.len(), now + lasts));
            self.concern_node(node, now, now + lasts);
        }
    }

    fn show_twice(&mut self, queue: usize, lasts: Duration, now: Instant) {
        let index = self.nth(queue, |queue| queue.kind == Kind::Quorum && queue.pace.is_some());
        let queue = &mut self.queues[index];
        let is_shown = queue.election.is_none_or(|election| election.ends() <= now);
        // Where no address leads to the leader, the number from the past is all that can be read, and nothing distinguishes it.
        let is_read = queue.node < self.setup.addresses;
        if self.nodes.len() > 1
            && is_shown
            && is_read
            && let Some(levels) = queue.truth.now()
        {
            queue.twin = Some(((queue.node + 1) % self.nodes.len(), levels, now + lasts));
            self.concern(Scope::Queue(index), now, now + lasts);
        }
    }

    fn reach_edges(&mut self, until: Instant, now: Instant) {
        for index in 0..self.queues.len() {
            if self.queues[index].name.starts_with("edge") {
                let edge = EDGES[self.rng.usize(..EDGES.len())];
                let levels = Levels { ready: edge, unacked: 0, consumers: self.rng.u64(..3) };
                self.queues[index].truth.set(now, Some(levels));
                self.concern(Scope::Queue(index), now, until);
            }
        }
        for _ in 0..3 {
            let index = self.rng.usize(..self.queues.len());
            self.queues[index].lie = Some(Lie { level: self.rng.usize(..4), text: self.rng.usize(..100), until });
            self.concern(Scope::Queue(index), now, until);
        }
    }

    fn spoil(&mut self, node: usize, lasts: Duration, damage: Damage, now: Instant) {
        let percent = [30, 60, 100][self.rng.usize(..3)];
        self.nodes[node].spoilt = Some(Spoilt { damage, until: now + lasts, percent });
        self.concern_node(node, now, now + lasts);
    }

    /// The queue number `n` of those that `is_one`.
    fn nth(&self, n: usize, is_one: impl Fn(&super::Queue) -> bool) -> usize {
        let all: Vec<_> = (0..self.queues.len()).filter(|index| is_one(&self.queues[*index])).collect();
        all[n % all.len()]
    }

    pub(super) fn concern(&mut self, scope: Scope, now: Instant, end: Instant) {
        if matches!(scope, Scope::Broker | Scope::Node(_)) {
            self.disturbed_until = self.disturbed_until.max(end);
        }
        self.concerns.add(scope, now, end);
    }

    /// Something concerns a node: its queues, and whether others exist. The management API shows nothing without its node, and
    /// doubts every queue when the nodes change.
    fn concern_node(&mut self, node: usize, now: Instant, end: Instant) {
        let alone = self.setup.tag.is_some() || self.nodes.len() == 1;
        self.concern(if alone { Scope::Broker } else { Scope::Node(node) }, now, end);
    }

    /// A queue was declared or deleted.
    pub(super) fn concern_existence(&mut self, index: usize, now: Instant) {
        self.concern(Scope::Queue(index), now, now);
    }
}
