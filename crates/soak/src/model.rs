//! A RabbitMQ of one to three nodes, with what is true of it and what it shows.
//!
//! What it shows wrongly, and for how long, was measured on RabbitMQ 3.10.8 and 4.0.5: a node that starts, and a queue with
//! a new leader, have no row at the Prometheus endpoint for up to 7 s and no counts or zeros at the management API for up to
//! 10 s.

mod concerns;
mod effects;
mod election;
mod history;
mod node;
mod progress;
mod queue;
mod workload;

pub(crate) use concerns::SETTLES_IN;
pub(crate) use election::{Election, Form};
pub(crate) use history::History;
pub(crate) use node::Node;
pub(crate) use queue::{Kind, Levels, Lie, Queue};

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::plan::Setup;

use self::concerns::Concerns;

/// How many notes a model keeps.
const NOTES_MAX: usize = 300;

/// One broker.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) setup: Setup,
    pub(crate) nodes: Vec<Node>,
    pub(crate) queues: Vec<Queue>,
    /// The node that each Prometheus address leads to, and until when, if that is another one than it should be.
    pub(crate) astray: Vec<Option<(usize, Instant)>>,
    /// Until when its answers have items of an unusual form.
    pub(crate) broken_until: Option<Instant>,
    /// Until when there are queues whose names are not UTF-8.
    pub(crate) undecodable_until: Option<Instant>,
    /// Until when the user has no permission on the virtual host.
    pub(crate) forbidden_until: Option<Instant>,
    /// Until when its counters are lower than they were.
    pub(crate) dips_until: Option<Instant>,
    /// Until when which nodes are read may change.
    disturbed_until: Instant,
    /// What makes which of its numbers doubtful.
    concerns: Concerns,
    notes: VecDeque<(Instant, String)>,
    pub(crate) rng: Rng,
}

/// The ways to a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// The Prometheus endpoint at this address.
    Prometheus(usize),
    /// The management API.
    Management,
}

impl Model {
    /// The broker number `index`, which has been running for long.
    pub(crate) fn new(setup: Setup, index: usize, seed: u64, now: Instant) -> Self {
        let mut rng = Rng::with_seed(seed.wrapping_mul(31).wrapping_add(index as u64));
        let nodes = (0..setup.nodes).map(|number| Node::new(setup.name, number, now)).collect();
        let queues = workload::queues(&setup, index as u64, &mut rng, now);
        Self {
            setup,
            nodes,
            queues,
            astray: vec![None; setup.addresses],
            broken_until: None,
            undecodable_until: None,
            forbidden_until: None,
            dips_until: None,
            disturbed_until: now,
            concerns: Concerns::default(),
            notes: VecDeque::new(),
            rng,
        }
    }

    /// The node that an endpoint leads to.
    pub(crate) fn behind(&self, endpoint: Endpoint, now: Instant) -> usize {
        match endpoint {
            Endpoint::Management => 0,
            Endpoint::Prometheus(address) => match self.astray[address] {
                Some((node, until)) if now < until => node,
                _ => address,
            },
        }
    }

    /// How long an answer takes: for ever, as it seems, while the node is frozen.
    pub(crate) fn delay(&mut self, endpoint: Endpoint, now: Instant) -> Duration {
        let node = self.behind(endpoint, now);
        let rest = |until: Option<Instant>| until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        // The management API asks every node.
        let frozen = match endpoint {
            Endpoint::Management => self.nodes.iter().map(|node| rest(node.silent_until)).max().unwrap_or_default(),
            Endpoint::Prometheus(_) => rest(self.nodes[node].silent_until),
        };
        let slow = self.nodes[node].slow_until.is_some_and(|until| now < until) && self.rng.u8(..3) > 0;
        frozen.max(if slow { Duration::from_millis(self.rng.u64(300..2500)) } else { Duration::ZERO })
    }

    /// The queue of this name.
    pub(crate) fn queue(&self, name: &str) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.name == name)
    }

    /// Notes something for the reader of a wrong answer.
    pub(crate) fn note(&mut self, now: Instant, text: String) {
        if self.notes.len() == NOTES_MAX {
            self.notes.pop_front();
        }
        self.notes.push_back((now, text));
    }

    /// What happened since `from`.
    pub(crate) fn notes_since(&self, from: Instant) -> impl Iterator<Item = &(Instant, String)> {
        self.notes.iter().filter(move |(at, _)| *at >= from)
    }

    /// Whether a question about a queue that was on its way from `from` to `to` concerns nothing but what is settled.
    pub(crate) fn is_calm_for(&self, name: &str, from: Instant, to: Instant) -> bool {
        let Some(index) = self.queues.iter().position(|queue| queue.name == name) else {
            return self.is_calm(from, to);
        };
        let lately = from.checked_sub(2 * SETTLES_IN).unwrap_or(from);
        // Leveret leaves out what an HPA or a floating-point number cannot hold.
        let is_huge = |levels: Levels| levels.messages() >= 1 << 53;
        if self.queues[index].truth.during(lately, to).flatten().any(is_huge) {
            return false;
        }
        // That it does not exist is proved by what everything shows.
        if self.queues[index].truth.during(lately, to).any(|levels| levels.is_none()) {
            return self.is_calm(from, to);
        }
        let is_read = self.setup.tag.is_some() || self.queues[index].node < self.setup.addresses;
        is_read && self.concerns.are_calm_for(index, self.queues[index].node, from, to)
    }

    /// Whether the same holds for every queue, and for those that do not exist.
    pub(crate) fn is_calm(&self, from: Instant, to: Instant) -> bool {
        self.setup.is_whole() && self.concerns.are_calm(from, to)
    }
}
