//! When a broker's answers are not trusted.
//!
//! After a restart a RabbitMQ node answers 200 with few queues, then with all queues and some depths still 0, for some
//! ten seconds; with a node down, the others answer 200 without its queues. Measured on 3.10.8, 4.0.5 and 4.3.6. So new
//! numbers are held back for a while after each of these, and the last trusted ones are kept.

use std::fmt;
use std::time::Duration;

use crate::Moment;
use crate::observation::{Observation, Scope};

use super::counters::counters_regressed;
use super::{BrokerState, Unseen};

/// How long new numbers are held back. Ten seconds were the longest measured until every number was right again after a
/// restart; the rest is margin.
pub const HOLD_FOR: Duration = Duration::from_secs(15);

/// How many complete reads in a row, over at least [`HOLD_FOR`], must miss a queue before it counts as deleted.
const READS_UNTIL_DELETED: u32 = 3;

/// New numbers of a broker are held back, because its answers may be wrong or incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// When the first read with this cause began.
    pub since: Moment,
    /// What makes the answers doubtful.
    pub cause: HoldCause,
}

/// What makes a broker's answers doubtful.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldCause {
    /// A node started less than [`HOLD_FOR`] ago.
    Started,
    /// The broker could not be read just before, or its counters begin anew; it may have restarted.
    Returned,
    /// A node could not be read: [`Seen::unread`](super::Seen::unread).
    NodeUnread,
    /// Many queues vanished at once.
    Shrunk {
        /// How many queues were known when that began.
        from: usize,
        /// How many were left then.
        to: usize,
    },
}

impl Hold {
    /// The hold that `observation` begins or continues, coming after `before`; none when its answers are not doubtful.
    pub(super) fn judge(before: &BrokerState, observation: &Observation) -> Option<Self> {
        let cause = HoldCause::judge(before, observation)?;
        let continued = before.hold.filter(|earlier| earlier.cause.is_same_kind(cause));
        Some(continued.unwrap_or(Self { since: observation.at, cause }))
    }

    /// Whether the answers at `at` are trusted although the cause lasts.
    ///
    /// A node that has just started is trusted only once its uptime is long enough. With every other cause the answers are
    /// trusted after [`HOLD_FOR`]: a list that stays short is what there is, and while a node stays unread the numbers of
    /// the others no longer change because of it.
    pub(super) fn is_over(self, at: Moment) -> bool {
        self.cause != HoldCause::Started && at.since(self.since) >= HOLD_FOR
    }

    /// Whether the numbers that are there are right, and only queues may be missing.
    pub(super) fn is_about_missing_queues(self) -> bool {
        matches!(self.cause, HoldCause::NodeUnread | HoldCause::Shrunk { .. })
    }

    /// Whether a queue absent from the answer counts as missing during this hold: a list that shrank is trusted once it has
    /// stayed short long enough.
    pub(super) fn counts_missing_queues(self) -> bool {
        matches!(self.cause, HoldCause::Shrunk { .. })
    }
}

impl HoldCause {
    fn judge(before: &BrokerState, observation: &Observation) -> Option<Self> {
        if observation.uptime.is_some_and(|uptime| uptime < HOLD_FOR) {
            return Some(Self::Started);
        }
        let restarted = || before.may_have_restarted(observation.at) || many_counters_regressed(before, observation);
        if observation.uptime.is_none() && restarted() {
            return Some(Self::Returned);
        }
        if !observation.unread.is_empty() {
            return Some(Self::NodeUnread);
        }
        let (from, to) = (before.queues.len(), observation.queues.len());
        // On a broker with auto-delete queues a few may go at once at any time; then only they are held back. More than a
        // quarter is what a broker shows while it starts.
        let shrunk = observation.scope == Scope::Everything && to + from / 4 < from;
        shrunk.then_some(Self::Shrunk { from, to })
    }

    fn is_same_kind(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// Whether the counters of at least half of the queues begin anew, as they do after a restart that no read has noticed.
/// A queue that was deleted and declared again does so alone.
fn many_counters_regressed(before: &BrokerState, observation: &Observation) -> bool {
    let regressed = before.queues.iter().filter_map(|(vhost, name, known)| {
        counters_regressed(&known.latest.reading, observation.queues.get(vhost, name)?)
    });
    let (all, fell) = regressed.fold((0_usize, 0_usize), |(all, fell), it| (all + 1, fell + usize::from(it)));
    all > 0 && fell * 2 >= all
}

impl Unseen {
    /// Whether a queue that was missed by these reads is deleted at `at`.
    pub(super) fn is_deleted(self, at: Moment) -> bool {
        self.reads >= READS_UNTIL_DELETED && at.since(self.since) >= HOLD_FOR
    }
}

impl BrokerState {
    /// Whether the read before this one failed, or the hold after such a failure is not over.
    fn may_have_restarted(&self, at: Moment) -> bool {
        let returning = self.hold.is_some_and(|hold| hold.cause == HoldCause::Returned && !hold.is_over(at));
        self.seen.is_some() && (self.failure.is_some() || returning)
    }
}

impl fmt::Display for HoldCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = HOLD_FOR.as_secs();
        match self {
            Self::Started => write!(
                f,
                "a node has just started, and shows its queues incompletely at first; its numbers are used once it has \
                 been up for {limit} s"
            ),
            Self::Returned => write!(
                f,
                "the broker could not be read before, or counts from zero again, so it may have restarted; its numbers are \
                 used after {limit} s without a failure"
            ),
            Self::NodeUnread => write!(f, "a node cannot be read"),
            Self::Shrunk { from, to } => write!(
                f,
                "its list fell from {from} to {to} queues at once, as it does after a restart; if it stays short, it is \
                 used after {limit} s"
            ),
        }
    }
}
