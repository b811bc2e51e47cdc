//! What is wrong with a broker as a whole, in the words of the refusals that it causes.

use crate::observation::{Absences, Finding, SourceKind, Vhosts};
use crate::snapshot::{BrokerState, Seen};
use crate::{Broker, Moment};

use super::diagnosis::{Diagnosis, Obstacle};

/// Something that keeps a part of a broker's queues from being known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What it is.
    pub kind: ConditionKind,
    /// When the first read began that showed it.
    pub since: Moment,
    /// The sentence that a refusal has for it. It is the same while its cause is the same.
    pub message: String,
}

/// The kinds of condition. A broker has at most one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConditionKind {
    /// Nothing of the broker can be read.
    Unreadable,
    /// One of its sources cannot be read, while another one can.
    SourceUnreadable(SourceKind),
    /// The management API lists no queue, which it would not do if it could prove that there is none.
    EmptyList,
    /// The Prometheus endpoint shows no queue, and whether there are any is not known.
    NoQueueRows,
    /// The management API's lists have no counts.
    CollectorOff,
    /// A node is not read.
    NodeUnread,
    /// The queues of a virtual host are not read.
    VhostUnread,
    /// The answers do not prove that a queue does not exist.
    Unproven,
    /// A part of the answers could not be parsed.
    NotUnderstood,
    /// Falls, zeros and absences are not used yet.
    Unsettled,
}

/// Everything that is wrong with a broker, the most severe first; empty if nothing is, or before its first read has ended.
pub fn conditions(broker: &Broker, state: &BrokerState) -> Vec<Condition> {
    let name = &*broker.name;
    if let Some(failure) = &state.failure {
        return vec![condition(ConditionKind::Unreadable, failure.since, name, Obstacle::Failing(failure))];
    }
    let Some(seen) = &state.seen else { return Vec::new() };
    let mut all = Vec::new();
    for (source, failure) in &seen.degraded {
        let message = format!(
            "source `{}` of broker `{name}` has failed since {}: {}",
            source.as_str(),
            failure.since.clock_time(),
            failure.what
        );
        all.push(Condition { kind: ConditionKind::SourceUnreadable(*source), since: failure.since, message });
    }
    all.extend(of_finding(seen, name));
    if let Some(unread) = &seen.unread {
        all.push(condition(ConditionKind::NodeUnread, unread.since, name, Obstacle::NodeUnread(unread)));
    } else if let Absences::Unproven(why) = &seen.absences.what {
        let obstacle = Obstacle::Unproven(&seen.absences, why);
        all.push(of_an_unseen_queue(condition(ConditionKind::Unproven, seen.absences.since, name, obstacle)));
    }
    if let Some(unread) = seen.unread_vhosts.first() {
        all.push(condition(ConditionKind::VhostUnread, unread.since, name, Obstacle::VhostUnread(unread)));
    }
    if let Some(since) = seen.skipping_since {
        let skipping = condition(ConditionKind::NotUnderstood, since, name, Obstacle::Skipping(since));
        all.push(of_an_unseen_queue(skipping));
    }
    if let Some(hold) = &seen.hold {
        all.push(condition(ConditionKind::Unsettled, hold.since, name, Obstacle::Held(hold)));
    }
    all
}

/// A broker without any queue is in order if the answers prove it.
fn of_finding(seen: &Seen, broker: &str) -> Option<Condition> {
    let finding = seen.finding.as_ref()?;
    let since = finding.since;
    let (kind, obstacle) = match finding.what {
        Finding::EmptyList | Finding::NoQueueRows if proves_somewhere(&seen.absences.what) => return None,
        Finding::EmptyList => (ConditionKind::EmptyList, Obstacle::EmptyList(since)),
        Finding::NoQueueRows => (ConditionKind::NoQueueRows, Obstacle::NoQueueRows(since)),
        Finding::CollectorOff => (ConditionKind::CollectorOff, Obstacle::CollectorOff(since)),
    };
    Some(condition(kind, since, broker, obstacle))
}

/// Whether the absence of a queue is proved in at least one virtual host.
fn proves_somewhere(absences: &Absences) -> bool {
    match absences {
        Absences::Proven { vhosts: Vhosts::All, .. } => true,
        Absences::Proven { vhosts: Vhosts::Only(names), .. } => !names.is_empty(),
        // Whether there are others than those is not known where no queue is.
        Absences::Proven { vhosts: Vhosts::AllBut(hidden), .. } => hidden.is_empty(),
        Absences::Unproven(_) => false,
    }
}

fn condition(kind: ConditionKind, since: Moment, broker: &str, obstacle: Obstacle<'_>) -> Condition {
    Condition { kind, since, message: Diagnosis { broker, obstacle }.to_string() }
}

/// These sentences go on from the name of a queue.
fn of_an_unseen_queue(mut condition: Condition) -> Condition {
    condition.message.insert_str(0, "a queue that was not seen: ");
    condition
}

impl ConditionKind {
    /// The word used in the log: that of the refusals that it causes, where there are any.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::SourceUnreadable(_) => "source_unreadable",
            Self::EmptyList => "no_permission",
            Self::NoQueueRows => "no_queue_rows",
            Self::CollectorOff => "collector_off",
            Self::NodeUnread => "node_unread",
            Self::VhostUnread => "vhost_unread",
            Self::Unproven => "unproven",
            Self::NotUnderstood => "not_understood",
            Self::Unsettled => "unsettled",
        }
    }
}
