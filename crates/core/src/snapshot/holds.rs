//! The holds of a broker: one for each source, and one for each of its nodes.
//!
//! A hold stays where its cause is. A node that restarts makes its own queues doubtful and the absence of others, and a
//! source that was not read before makes only its own numbers doubtful.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Moment;
use crate::observation::{Absences, NodeId, NodeSeen, NodeStart, Observation, Origin, QueueKind, Scope, SourceKind};

use super::counters::counters_regressed;
use super::{BrokerState, HOLD_FOR, Hold, HoldCause, Seen};

/// What is remembered about the sources and nodes of a broker.
#[derive(Clone, Debug, Default)]
pub(super) struct Holds {
    sources: BTreeMap<SourceKind, Source>,
    nodes: BTreeMap<(SourceKind, NodeId), Node>,
    /// When the latest of them began.
    latest: Option<Moment>,
}

#[derive(Clone, Debug)]
struct Source {
    /// When it was last read.
    at: Moment,
    /// The nodes that it reported then.
    nodes: Vec<NodeId>,
    hold: Option<Hold>,
}

#[derive(Clone, Debug)]
struct Node {
    name: Arc<str>,
    start: Option<NodeStart>,
    /// Whether the last read of its source has read it.
    read: bool,
    hold: Option<Hold>,
}

impl Holds {
    /// The holds after `observation`, coming after `before`. Every change begins its own hold.
    pub(super) fn after(before: &BrokerState, observation: &Observation) -> Self {
        let mut after = before.holds.clone();
        for source in &observation.read_by {
            let seen: Vec<_> = observation.nodes.iter().filter(|node| node.source == *source).collect();
            let cause = source_cause(before, observation, *source, &seen);
            let earlier = after.sources.remove(source).and_then(|source| source.hold);
            let hold = cause.map(|cause| Hold::new(observation.at, cause)).or(earlier);
            let mut nodes: Vec<_> = seen.iter().map(|node| node.id()).collect();
            nodes.sort_unstable();
            after.sources.insert(*source, Source { at: observation.at, nodes, hold });
            for ((_, id), node) in after.nodes.iter_mut().filter(|((by, _), _)| by == source) {
                node.read &= seen.iter().any(|seen| seen.id() == *id);
            }
            for seen in seen {
                after.note(seen, observation.at);
            }
        }
        let sources = after.sources.values().filter_map(|source| source.hold.as_ref());
        let nodes = after.nodes.values().filter_map(|node| node.hold.as_ref());
        let begun = sources.chain(nodes).map(|hold| hold.since);
        after.latest = begun.reduce(|one, other| if one.since(other).is_zero() { other } else { one });
        after
    }

    /// Begins a hold of every source.
    pub(super) fn begin(&mut self, hold: &Hold) {
        self.sources.values_mut().for_each(|source| source.hold = Some(hold.clone()));
        self.latest = Some(hold.since);
    }

    /// When the last read of this source that succeeded began.
    pub(super) fn last_read_of(&self, source: SourceKind) -> Option<Moment> {
        self.sources.get(&source).map(|source| source.at)
    }

    /// The holds after a read that gave nothing.
    pub(super) fn failed(&self) -> Self {
        let mut after = self.clone();
        after.nodes.values_mut().for_each(|node| node.read = false);
        after
    }

    fn note(&mut self, seen: &NodeSeen, at: Moment) {
        let key = (seen.source, seen.id());
        let before = self.nodes.get(&key);
        let name = before.map_or_else(|| Arc::from(&*seen.name), |before| Arc::clone(&before.name));
        let cause = match before {
            None if seen.answering.is_some_and(|answering| answering >= HOLD_FOR) => None,
            None => Some(HoldCause::NodeStarted(Arc::clone(&name))),
            Some(before) if before.start != seen.start => Some(HoldCause::NodeStarted(Arc::clone(&name))),
            Some(before) if !before.read && !seen.went_on => Some(HoldCause::NodeReturned(Arc::clone(&name))),
            Some(_) => None,
        };
        let earlier = before.and_then(|before| before.hold.clone());
        let hold = cause.map(|cause| Hold::new(at, cause)).or(earlier);
        self.nodes.insert(key, Node { name, start: seen.start, read: true, hold });
    }

    /// The hold that makes a queue's numbers doubtful, apart from changes of the queue itself.
    pub(super) fn of_queue(&self, origin: Option<Origin>, kind: Option<QueueKind>, at: Moment) -> Option<Hold> {
        // Nearly always, and this is asked for every queue.
        self.latest.filter(|latest| at.since(*latest) < HOLD_FOR)?;
        let origin = origin?;
        let source = self.sources.get(&origin.source).and_then(|source| source.hold.as_ref());
        let source = source.filter(|hold| hold.cause.concerns(origin, kind));
        let node = origin.node.and_then(|node| self.nodes.get(&(origin.source, node))?.hold.as_ref());
        Hold::later(Hold::later(None, node, at), source, at)
    }

    /// The hold that makes the absence of a queue doubtful where `source` is to prove it.
    pub(super) fn of_absences(&self, source: SourceKind, at: Moment) -> Option<Hold> {
        let own = self.sources.get(&source).and_then(|source| source.hold.as_ref());
        let nodes =
            self.nodes.range((source, NodeId::FIRST)..=(source, NodeId::LAST)).map(|(_, node)| node.hold.as_ref());
        // Of two that began together, the node's says more.
        Hold::later(nodes.fold(None, |latest, hold| Hold::later(latest, hold, at)), own, at)
    }
}

impl HoldCause {
    /// Whether a change of a source makes a number from `origin` doubtful.
    ///
    /// A Prometheus endpoint has no row of a queue that is not ready, and never a wrong one; a classic queue has one node
    /// and no leader to elect.
    fn concerns(&self, origin: Origin, kind: Option<QueueKind>) -> bool {
        match self {
            Self::FirstRead => origin.source != SourceKind::Prometheus,
            Self::NodesChanged => origin.source != SourceKind::Prometheus && kind != Some(QueueKind::Classic),
            _ => true,
        }
    }
}

/// The change of a source as a whole that `observation` shows.
fn source_cause(
    before: &BrokerState,
    observation: &Observation,
    source: SourceKind,
    nodes: &[&NodeSeen],
) -> Option<HoldCause> {
    let last_read = before.seen.as_ref().map(|seen| seen.at);
    let Some(known) = before.holds.sources.get(&source).filter(|known| Some(known.at) == last_read) else {
        return Some(HoldCause::FirstRead);
    };
    // What was missing from a part of the broker may have been in the other part.
    if proves(observation, source) && !before.seen.as_ref().is_some_and(Seen::is_whole) {
        return Some(HoldCause::FirstRead);
    }
    if !nodes.is_empty() && nodes.iter().all(|node| node.went_on) {
        // What was missing while a hold lasted may have been there during the gap.
        if before.failure.is_some() && before.holds.of_absences(source, known.at).is_some() {
            return Some(HoldCause::FirstRead);
        }
        let same = known.nodes.len() == nodes.len() && nodes.iter().all(|node| known.nodes.contains(&node.id()));
        return (!same).then_some(HoldCause::NodesChanged);
    }
    if before.failure.is_some() || many_counters_regressed(before, observation, source) {
        return Some(HoldCause::Returned);
    }
    let mut ids: Vec<_> = nodes.iter().map(|node| node.id()).collect();
    ids.sort_unstable();
    if ids != known.nodes {
        return Some(HoldCause::NodesChanged);
    }
    // On a broker with auto-delete queues a few may go at once at any time. More than a quarter is what a broker shows while
    // it starts.
    let (from, gone) = vanished(before, observation, source);
    (gone > from / 4).then_some(HoldCause::Shrunk { from, to: from - gone })
}

/// Whether the absences of an observation are proved by this source.
fn proves(observation: &Observation, source: SourceKind) -> bool {
    matches!(observation.absences, Absences::Proven { by, .. } if by == source) && observation.skipped == 0
}

/// How many queues of a source were in the read before, and how many of those are not in this one, except those whose virtual
/// host was not read.
fn vanished(before: &BrokerState, observation: &Observation, source: SourceKind) -> (usize, usize) {
    if observation.scope != Scope::Everything {
        return (0, 0);
    }
    let (names, shown) = (before.queues.names(), before.queues.iter());
    let is_read = |vhost: &str| observation.unread_vhosts.iter().all(|unread| *unread.vhost != *vhost);
    let shown = shown.filter(|(number, queue)| queue.is_shown_by(source) && is_read(names.vhost(*number)));
    shown.fold((0, 0), |(all, gone), (number, _)| {
        (all + 1, gone + usize::from(observation.queues.of(names, number).is_none()))
    })
}

/// Whether the counters of at least half of the queues begin anew, as they do after a restart that no read has noticed.
/// A queue that was deleted and declared again does so alone.
fn many_counters_regressed(before: &BrokerState, observation: &Observation, source: SourceKind) -> bool {
    let (names, shown) = (before.queues.names(), before.queues.iter());
    let regressed = shown.filter(|(_, known)| known.is_shown_by(source)).filter_map(|(number, known)| {
        counters_regressed(&known.latest().reading, observation.queues.of(names, number)?)
    });
    let (all, fell) = regressed.fold((0_usize, 0_usize), |(all, fell), it| (all + 1, fell + usize::from(it)));
    all > 0 && fell * 2 >= all
}
