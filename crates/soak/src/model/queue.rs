//! A queue: what is true of it, and what keeps it from being shown.

use std::time::{Duration, Instant};

use super::election::Election;
use super::history::History;

/// One queue.
#[derive(Debug)]
pub(crate) struct Queue {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// The remainder of its depths modulo [`MODULUS`](super::workload::MODULUS), by which a number shows whose it is.
    pub(crate) mark: u64,
    /// How long it takes on average from one change to the next; none if it never changes.
    pub(crate) pace: Option<Duration>,
    /// The node that holds or leads it.
    pub(crate) node: usize,
    /// The node that its clients are connected to, which counts what they do.
    pub(crate) clients: usize,
    /// Its levels, or none while it does not exist.
    pub(crate) truth: History<Option<Levels>>,
    /// Messages published since the soak began.
    pub(crate) published_ever: History<u64>,
    /// Messages published since the node of its clients started.
    pub(crate) published: u64,
    /// Messages delivered and acknowledged since then.
    pub(crate) done: u64,
    /// What its process has done, in reductions.
    pub(crate) work: u64,
    /// The last time in which it showed too little.
    pub(crate) election: Option<Election>,
    /// Another node that shows it too, with these levels, until this time.
    pub(crate) twin: Option<(usize, Levels, Instant)>,
    /// What is said in place of one of its numbers.
    pub(crate) lie: Option<Lie>,
}

/// What a queue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Classic,
    Quorum,
    Stream,
}

/// The levels of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Levels {
    pub(crate) ready: u64,
    pub(crate) unacked: u64,
    pub(crate) consumers: u64,
}

/// Something in place of a number, which cannot be taken for one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lie {
    /// Which of the four levels: ready, unacknowledged, messages, consumers.
    pub(crate) level: usize,
    /// Which text.
    pub(crate) text: usize,
    pub(crate) until: Instant,
}

impl Levels {
    /// Ready and unacknowledged messages.
    pub(crate) fn messages(self) -> u64 {
        self.ready.saturating_add(self.unacked)
    }

    /// Ready, unacknowledged, messages, consumers.
    pub(crate) fn all(self) -> [u64; 4] {
        [self.ready, self.unacked, self.messages(), self.consumers]
    }
}

impl Queue {
    /// Its levels as `node` shows them at its Prometheus endpoint; none if it has no row there.
    pub(crate) fn shown_by(&self, node: usize, now: Instant) -> Option<Levels> {
        let levels = self.truth.now()?;
        if let Some((twin, frozen, until)) = self.twin
            && twin == node
            && now < until
        {
            return Some(frozen);
        }
        let is_shown = self.election.is_none_or(|election| election.is_shown(now));
        (self.node == node && is_shown).then_some(levels)
    }

    /// The work that `node` shows: that of a process that is left behind stands still.
    pub(crate) fn work_shown_by(&self, node: usize) -> u64 {
        match self.kind {
            Kind::Stream => 0,
            _ if self.node == node => self.work,
            _ => 58_552,
        }
    }

    /// The lie that is told at this time.
    pub(crate) fn lie(&self, now: Instant) -> Option<Lie> {
        self.lie.filter(|lie| now < lie.until)
    }
}
