//! The nodes of a broker, and what is remembered about them from read to read.
//!
//! A restart of a node begins its counters anew, so it must change the [`Coverage`]. What changes is the node's start time,
//! derived from the time of a read and the uptime in it. But an uptime lags behind by some seconds and jumps, so the start
//! is derived when the node is first seen, and kept while later uptimes agree with it to within [`UPTIME_ERROR`]. An uptime
//! that is too short for that means a restart; then the start is derived again, and made to differ from the one before. So
//! does a count of scrapes that fell: it shows that RabbitMQ was restarted inside a virtual machine that went on.
//! All of this follows from what was read and when. So a recording that is replayed in a fresh process gives the same
//! coverage, and a program that restarts derives the same start in most cases. If it does not, because the uptime lagged
//! differently, a rate takes two more polls.

use std::collections::HashMap;
use std::time::Duration;

use leveret_core::Moment;
use leveret_core::observation::{Coverage, NodeSeen, NodeStart, SourceKind, UnreadNode};

/// A node that was up for less than this when it was first seen is taken to have just begun to answer. The longest start
/// measured took 17 s, on a busy machine; the rest is margin.
const START_MAX: Duration = Duration::from_secs(60);

/// By how much an uptime may be wrong when it arrives. The management API was seen to lag by 5 s, and an answer may be a few
/// seconds younger than its read.
const UPTIME_ERROR: Duration = Duration::from_secs(6);

/// How many nodes are remembered that are not read any more, so that names that come and go do not accumulate.
const LOST_MAX: usize = 64;

/// The nodes that were read lately, by the source that read them.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    /// The addresses at which the broker is read.
    origin: String,
    known: HashMap<(SourceKind, Box<str>), Known>,
}

/// A node as one read shows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct NodeReport<'a> {
    pub(super) name: &'a str,
    /// For how long its process has been running, if the source tells.
    pub(super) uptime: Option<Duration>,
    /// How often its Prometheus endpoint has been scraped since RabbitMQ started in it. RabbitMQ leaves the row out until the
    /// first scrape has ended.
    pub(super) scrapes: Option<u64>,
}

/// The nodes of one read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NodeSet {
    /// Which nodes they are, and since which start.
    pub(super) coverage: Coverage,
    pub(super) seen: Vec<NodeSeen>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    read_at: Moment,
    uptime: Option<Uptime>,
    scrapes: Option<u64>,
    started: Option<NodeStart>,
    /// When it was first read after its last start, if that start was noticed.
    answers_since: Option<Moment>,
    /// Whether the last read shows that it has not restarted since the one before.
    went_on: bool,
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

    /// Notes which nodes a source has read at `at`.
    ///
    /// A node counts its uptime from the start of its process. It begins to answer many seconds later, and its numbers are
    /// correct many seconds after that. So after a start that was noticed, the time since its first answer is what counts.
    pub(super) fn note(&mut self, source: SourceKind, read: &[NodeReport<'_>], at: Moment) -> NodeSet {
        let (mut nodes, mut seen) = (Vec::with_capacity(read.len()), Vec::with_capacity(read.len()));
        for node in read {
            let known = self.note_one(source, *node, at);
            let since = known.answers_since.map(|since| at.since(since));
            let answering = node.uptime.map(|uptime| since.map_or(uptime, |since| since.min(uptime))).or(since);
            nodes.push((node.name, known.started));
            let went_on = known.went_on;
            seen.push(NodeSeen { source, name: node.name.into(), start: known.started, answering, went_on });
        }
        NodeSet { coverage: Coverage::of(source, &self.origin, nodes), seen }
    }

    fn note_one(&mut self, source: SourceKind, node: NodeReport<'_>, at: Moment) -> Known {
        let key = (source, node.name.into());
        let before = self.known.get(&key).copied();
        let uptime = node.uptime.map(|value| Uptime { value, at });
        let uptime_before = before.and_then(|known| known.uptime);
        let process_restarted = uptime.zip(uptime_before).is_some_and(|(now, before)| now.is_after_restart(before));
        let scrapes_before = before.and_then(|known| known.scrapes);
        let count_fell = scrapes_before.is_some_and(|before| node.scrapes.is_none_or(|now| now < before));
        let restarted = process_restarted || count_fell;
        let young = uptime.is_some_and(|uptime| uptime.value < START_MAX)
            || (source == SourceKind::Prometheus && node.scrapes.is_none());
        let derived = uptime.map(|uptime| NodeStart::derive(at, uptime.value));
        let started = match before.and_then(|known| known.started) {
            Some(before) if restarted => {
                Some(derived.unwrap_or_else(|| NodeStart::derive(at, Duration::ZERO)).after(before))
            }
            Some(before) => Some(before),
            None if restarted => derived.or_else(|| Some(NodeStart::derive(at, Duration::ZERO))),
            None => derived,
        };
        // Our own last scrape counts, so a count that goes on has risen.
        let counted_on = scrapes_before.zip(node.scrapes).is_some_and(|(before, now)| now > before);
        let known = Known {
            read_at: at,
            uptime: uptime.or(uptime_before),
            scrapes: node.scrapes,
            started,
            answers_since: if restarted || (before.is_none() && young) {
                Some(at)
            } else {
                before.and_then(|known| known.answers_since)
            },
            went_on: counted_on && !restarted,
        };
        self.known.insert(key, known);
        known
    }

    /// The nodes that `source` did not read at `at` but had read before.
    pub(super) fn lost(&mut self, source: SourceKind, at: Moment) -> Vec<UnreadNode> {
        let missing = self.known.iter().filter(|((by, _), known)| *by == source && known.read_at != at);
        let mut missing: Vec<_> = missing.map(|((_, name), known)| (name.clone(), known.read_at)).collect();
        missing.sort_unstable_by(|(a, last), (b, other)| at.since(*last).cmp(&at.since(*other)).then(a.cmp(b)));
        for (name, _) in missing.split_off(LOST_MAX.min(missing.len())) {
            self.known.remove(&(source, name));
        }
        missing.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let lost = missing.into_iter().map(|(name, last)| UnreadNode {
            node: name.into(),
            why: format!("no address leads to it any more; it last answered at {}", last.clock_time()),
        });
        lost.collect()
    }

    /// Forgets the nodes that `source` did not read at `at`: the cluster has them no longer.
    pub(super) fn forget_lost(&mut self, source: SourceKind, at: Moment) {
        self.known.retain(|(by, _), known| *by != source || known.read_at == at);
    }
}

impl Uptime {
    /// Whether the node restarted after `before`. Then it has been up for no longer than the time since, and for less than
    /// without a restart. An uptime that merely lags belongs to a node that has been up for longer.
    fn is_after_restart(self, before: Self) -> bool {
        let passed = self.at.since(before.at);
        self.value <= passed.saturating_add(UPTIME_ERROR)
            && self.value.saturating_add(UPTIME_ERROR) < before.value.saturating_add(passed)
    }
}

#[cfg(test)]
mod tests;
