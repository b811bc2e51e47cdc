//! When a broker's answers are trusted.
//!
//! After a restart a RabbitMQ node answers 200 with few queues, then with all queues and some depths still 0, for some
//! ten seconds; with a node down, the others answer 200 without its queues. Measured on 3.10.8, 4.0.5 and 4.3.6.

use std::fmt;
use std::time::Duration;

use crate::Moment;
use crate::observation::{Observation, Scope};

use super::queue_state::lost_count;
use super::{BrokerState, Unseen};

/// How long a broker's numbers are not trusted after it began to answer anew. Ten seconds were the longest measured
/// until every number was right again; the rest is margin.
pub const SETTLE: Duration = Duration::from_secs(15);

/// How many complete reads in a row, over at least [`SETTLE`], must miss a queue before it is taken for deleted.
const READS_TO_BELIEVE_A_DROP: u32 = 3;

/// Why new numbers of a broker are not trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsettled {
    /// Since when.
    pub since: Moment,
    /// What happened.
    pub why: Why,
}

/// What unsettled a broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A node started less than [`SETTLE`] ago.
    Restarted {
        /// How long it had been up.
        uptime: Duration,
    },
    /// The broker could not be read just before; it may have restarted.
    Returned,
    /// A node could not be read.
    NodeUnread {
        /// The node and why.
        node: String,
    },
    /// Many queues vanished at once.
    Shrunk {
        /// Queues known before.
        from: usize,
        /// Queues in this observation.
        to: usize,
    },
}

impl Unsettled {
    /// What disturbs the answers of a broker at `observation`, coming after `before`, and since when; none when nothing
    /// does.
    pub(super) fn judge(before: &BrokerState, observation: &Observation) -> Option<Self> {
        let why = Why::judge(before, observation)?;
        let lasts_since = before.disturbance.as_ref().filter(|earlier| earlier.why.same_kind(&why));
        Some(Self { since: lasts_since.map_or(observation.at, |earlier| earlier.since), why })
    }

    /// Whether the answers at `at` are to be taken for the truth all the same.
    ///
    /// A node that has just started is not believed before its uptime says so. Every other disturbance is, once it has
    /// lasted: a list that stays short is what there is, and while a node stays unread the numbers of the others no longer
    /// change because of it.
    pub(super) fn has_settled(&self, at: Moment) -> bool {
        !matches!(self.why, Why::Restarted { .. }) && at.since(self.since) >= SETTLE
    }
}

impl Why {
    fn judge(before: &BrokerState, observation: &Observation) -> Option<Self> {
        if let Some(uptime) = observation.uptime.filter(|uptime| *uptime < SETTLE) {
            return Some(Self::Restarted { uptime });
        }
        let restarted = || before.may_have_restarted(observation.at) || counters_fell(before, observation);
        if observation.uptime.is_none() && restarted() {
            return Some(Self::Returned);
        }
        if let Some(unread) = observation.unread.first() {
            return Some(Self::NodeUnread { node: format!("{} ({})", unread.node, unread.why) });
        }
        let known = before.queues.len();
        let seen = observation.queues.len();
        // A few queues that go at once are the daily life of a broker with auto-delete queues: only they are held then.
        // More than a quarter is what a broker shows that is still starting.
        let shrunk = observation.scope == Scope::Everything && seen + known / 4 < known;
        shrunk.then_some(Self::Shrunk { from: known, to: seen })
    }
}

/// Whether half of the queues with counters, or more, count from a new beginning, as they do after a restart that no read
/// has noticed. One that was deleted and declared again does so alone.
fn counters_fell(before: &BrokerState, observation: &Observation) -> bool {
    let lost = before
        .queues
        .iter()
        .filter_map(|(vhost, name, known)| lost_count(&known.latest.reading, observation.queues.get(vhost, name)?));
    let (all, fell) = lost.fold((0_usize, 0_usize), |(all, fell), lost| (all + 1, fell + usize::from(lost)));
    all > 0 && fell * 2 >= all
}

impl Unseen {
    /// Whether a queue that was not seen by these reads is gone at `at`.
    pub(super) fn is_believed(self, at: Moment) -> bool {
        self.reads >= READS_TO_BELIEVE_A_DROP && at.since(self.since) >= SETTLE
    }
}

impl Unsettled {
    /// Whether what is seen is right and only something may be missing from it.
    pub(super) fn only_lacks(&self) -> bool {
        matches!(self.why, Why::NodeUnread { .. } | Why::Shrunk { .. })
    }

    /// Whether a queue that is not seen counts as missed: a list that shrank is believed by staying so.
    pub(super) fn counts_absences(&self) -> bool {
        matches!(self.why, Why::Shrunk { .. })
    }
}

impl BrokerState {
    /// Whether the read before this one failed, or the time after such a failure is not over.
    fn may_have_restarted(&self, at: Moment) -> bool {
        let returning =
            self.unsettled().is_some_and(|unsettled| unsettled.why == Why::Returned && !unsettled.has_settled(at));
        self.seen.is_some() && (self.failure.is_some() || returning)
    }
}

impl Why {
    fn same_kind(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Restarted { uptime } => write!(f, "the broker has been up for only {} s", uptime.as_secs()),
            Self::Returned => f.write_str("the broker answers again after it could not be read, or counts anew"),
            Self::NodeUnread { node } => write!(f, "node {node} could not be read"),
            Self::Shrunk { from, to } => write!(f, "its list fell from {from} to {to} queues at once"),
        }
    }
}
