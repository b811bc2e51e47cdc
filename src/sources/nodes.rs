//! The nodes of a broker, and what is remembered about them from read to read.
//!
//! A restart of a node begins its counters anew, so it must change the [`Coverage`]. What changes is the node's start time,
//! derived from the time of a read and the uptime in it. But an uptime lags behind by some seconds and jumps, so the start
//! is derived when the node is first seen, and kept while later uptimes agree with it to within [`UPTIME_ERROR`]. An uptime
//! that is too short for that means a restart; then the start is derived again, and made to differ from the one before.
//! All of this follows from what was read and when. So a recording that is replayed in a fresh process gives the same
//! coverage, and a program that restarts derives the same start in most cases. If it does not, because the uptime lagged
//! differently, a rate takes two more polls.

use std::collections::HashMap;
use std::time::Duration;

use leveret_core::Moment;
use leveret_core::observation::{Coverage, NodeStart, SourceKind, UnreadNode};

/// A node that was up for less than this when it was first seen is taken to have just begun to answer. The longest start
/// measured took 17 s, on a busy machine; the rest is margin.
const START_MAX: Duration = Duration::from_secs(60);

/// By how much an uptime may be wrong when it arrives. The management API was seen to lag by 5 s, and an answer may be a few
/// seconds younger than its read.
const UPTIME_ERROR: Duration = Duration::from_secs(6);

/// How long a node that is not read any more is remembered, so that names that come and go do not accumulate.
const FORGET_AFTER: Duration = Duration::from_secs(3600);

/// The nodes that were read lately, by the source that read them.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    /// The addresses at which the broker is read.
    origin: String,
    known: HashMap<(SourceKind, Box<str>), Known>,
}

/// The nodes of one read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeSet {
    /// Which nodes they are, and since which start.
    pub(super) coverage: Coverage,
    /// For how long the youngest of them has been answering; none if no node reports its uptime.
    pub(super) uptime: Option<Duration>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    read_at: Moment,
    uptime: Option<Uptime>,
    started: Option<NodeStart>,
    /// When it was first read after its last start, if that start was noticed.
    answers_since: Option<Moment>,
}

/// An uptime and when it was read.
#[derive(Clone, Copy, Debug)]
struct Uptime {
    value: Duration,
    at: Moment,
}

impl Nodes {
    /// Remembers nothing yet. `origin` is the addresses at which the broker is read: it distinguishes the broker from
    /// another one whose nodes have the same names.
    pub(super) fn new(origin: impl Into<String>) -> Self {
        Self { origin: origin.into(), known: HashMap::new() }
    }

    /// Notes which nodes a source has read at `at`, each with its uptime if the source reports it.
    ///
    /// A node counts its uptime from the start of its process. It begins to answer many seconds later, and its numbers are
    /// correct many seconds after that. So after a start that was noticed, the time since its first answer is what counts.
    pub(super) fn note(&mut self, source: SourceKind, read: &[(&str, Option<Duration>)], at: Moment) -> NodeSet {
        let (mut nodes, mut shortest) = (Vec::with_capacity(read.len()), None);
        for (name, uptime) in read {
            let known = self.note_one(source, name, *uptime, at);
            let since = known.answers_since.map(|since| at.since(since));
            let answering = uptime.map(|uptime| since.map_or(uptime, |since| since.min(uptime)));
            shortest = shortest.into_iter().chain(answering).min();
            nodes.push((*name, known.started));
        }
        self.known.retain(|_, known| at.since(known.read_at) <= FORGET_AFTER);
        NodeSet { coverage: Coverage::of(source, &self.origin, nodes), uptime: shortest }
    }

    fn note_one(&mut self, source: SourceKind, name: &str, uptime: Option<Duration>, at: Moment) -> Known {
        let key = (source, name.into());
        let before = self.known.get(&key).copied();
        let uptime = uptime.map(|value| Uptime { value, at });
        let uptime_before = before.and_then(|known| known.uptime);
        let restarted = uptime.zip(uptime_before).is_some_and(|(now, before)| now.is_after_restart(before));
        let just_begun = before.is_none() && uptime.is_some_and(|uptime| uptime.value < START_MAX);
        let derived = uptime.map(|uptime| NodeStart::derive(at, uptime.value));
        let started = match before.and_then(|known| known.started) {
            Some(before) if restarted => derived.map(|derived| derived.after(before)),
            Some(before) => Some(before),
            None => derived,
        };
        let known = Known {
            read_at: at,
            uptime: uptime.or(uptime_before),
            started,
            answers_since: if restarted || just_begun {
                Some(at)
            } else {
                before.and_then(|known| known.answers_since)
            },
        };
        self.known.insert(key, known);
        known
    }

    /// The nodes that `source` did not read at `at` but had read less than `memory` before.
    pub(super) fn lost(&self, source: SourceKind, at: Moment, memory: Duration) -> Vec<UnreadNode> {
        let missing = self
            .known
            .iter()
            .filter(|((by, _), known)| *by == source && known.read_at != at && at.since(known.read_at) <= memory);
        let lost = missing.map(|((_, name), known)| UnreadNode {
            node: name.to_string(),
            why: format!("no address leads to it any more; it last answered at {}", known.read_at.clock_time()),
        });
        let mut lost: Vec<_> = lost.collect();
        lost.sort_unstable_by(|a, b| a.node.cmp(&b.node));
        lost
    }
}

impl Uptime {
    /// Whether the node restarted after `before`. Then it has been up for no longer than the time since, and for less than
    /// without a restart. An uptime that merely lags belongs to a node that has been up for longer.
    fn is_after_restart(self, before: Self) -> bool {
        let passed = self.at.since(before.at);
        self.value <= passed + UPTIME_ERROR && self.value + UPTIME_ERROR < before.value + passed
    }
}

#[cfg(test)]
mod tests;
