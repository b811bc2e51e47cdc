//! One line of the log about a broker.

use leveret_core::catalog::{Condition, ConditionKind};
use leveret_core::observation::SourceKind;
use leveret_core::snapshot::Nodes;

/// A line, before it is written. What varies is in fields; `why` is the sentence that an HPA gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) is_warning: bool,
    pub(super) message: String,
    pub(super) reason: Option<&'static str>,
    pub(super) source: Option<&'static str>,
    pub(super) since: Option<String>,
    pub(super) why: Option<String>,
    pub(super) queues: Option<usize>,
    pub(super) nodes: Option<NodeFields>,
}

/// The nodes as one read saw them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NodeFields {
    /// The names of those that were read.
    pub(super) read: String,
    /// Those that were not read, each with the reason, which says from where it is known.
    pub(super) unread: String,
    /// The source that has read them, or reported them as running.
    pub(super) by: Option<&'static str>,
}

impl Line {
    /// The broker was read for the first time.
    pub(super) fn first(queues: usize) -> Self {
        Self { queues: Some(queues), ..Self::info("reading the broker") }
    }

    /// Other nodes were read than before, and none is missing.
    pub(super) fn other_nodes() -> Self {
        Self::info("other nodes of the broker are read than before")
    }

    /// Something is wrong, or wrong for another cause than before.
    pub(super) fn wrong(condition: &Condition) -> Self {
        Self::of(condition, wrong(condition.kind))
    }

    /// It is still wrong.
    pub(super) fn still(condition: &Condition) -> Self {
        let message = format!("still, since {}: {}", condition.since.clock_time(), wrong(condition.kind));
        Self::of(condition, &message)
    }

    /// It is over.
    pub(super) fn over(condition: &Condition) -> Self {
        Self { is_warning: false, why: None, ..Self::of(condition, over(condition.kind)) }
    }

    fn of(condition: &Condition, message: &str) -> Self {
        let source = if let ConditionKind::SourceUnreadable(source) = condition.kind { Some(source) } else { None };
        Self {
            is_warning: condition.kind != ConditionKind::Unsettled,
            reason: Some(condition.kind.as_str()),
            source: source.map(SourceKind::as_str),
            since: Some(condition.since.clock_time()),
            why: Some(condition.message.clone()),
            ..Self::info(message)
        }
    }

    fn info(message: &str) -> Self {
        Self {
            is_warning: false,
            message: message.to_owned(),
            reason: None,
            source: None,
            since: None,
            why: None,
            queues: None,
            nodes: None,
        }
    }

    /// The same line with the nodes of the read that it is about.
    pub(super) fn with_nodes(self, nodes: &Nodes) -> Self {
        let fields = NodeFields {
            read: nodes.read.join(", "),
            unread: unread_text(nodes),
            by: nodes.by.map(SourceKind::as_str),
        };
        Self { nodes: Some(fields), ..self }
    }

    /// Writes it.
    pub(super) fn log(&self, broker: &str) {
        let Self { is_warning, message, reason, source, since, why, queues, nodes } = self;
        let (since, why) = (since.as_deref(), why.as_deref());
        let nodes_read = nodes.as_ref().map(|nodes| nodes.read.as_str());
        let nodes_unread = nodes.as_ref().map(|nodes| nodes.unread.as_str());
        let nodes_known_from = nodes.as_ref().and_then(|nodes| nodes.by);
        if *is_warning {
            tracing::warn!(
                broker,
                reason,
                source,
                since,
                why,
                queues,
                nodes_read,
                nodes_unread,
                nodes_known_from,
                "{message}"
            );
        } else {
            tracing::info!(
                broker,
                reason,
                source,
                since,
                why,
                queues,
                nodes_read,
                nodes_unread,
                nodes_known_from,
                "{message}"
            );
        }
    }
}

/// The nodes that were read and those that were not, with the reasons: what is a change of them.
pub(super) fn nodes_text(nodes: &Nodes) -> String {
    format!("{}\n{}", nodes.read.join(", "), unread_text(nodes))
}

fn unread_text(nodes: &Nodes) -> String {
    let unread = nodes.unread.iter().map(|node| format!("{}: {}", node.node, node.why));
    unread.collect::<Vec<_>>().join("; ")
}

fn wrong(kind: ConditionKind) -> &'static str {
    match kind {
        ConditionKind::Unreadable => "the broker cannot be read",
        ConditionKind::SourceUnreadable(_) => "a source of the broker cannot be read",
        ConditionKind::EmptyList | ConditionKind::NoQueueRows => "the broker shows no queue",
        ConditionKind::CollectorOff => "the broker's list of queues has no counts",
        ConditionKind::NodeUnread => "a node of the broker is not read",
        ConditionKind::VhostUnread => "the queues of a virtual host cannot be read",
        ConditionKind::Unproven => "the broker's answers do not show which queues do not exist",
        ConditionKind::NotUnderstood => "a part of the broker's answers cannot be parsed",
        ConditionKind::Unsettled => "falls, zeros and absences of the broker are not used yet",
    }
}

fn over(kind: ConditionKind) -> &'static str {
    match kind {
        ConditionKind::Unreadable => "the broker is read again",
        ConditionKind::SourceUnreadable(_) => "the source no longer fails",
        ConditionKind::EmptyList | ConditionKind::NoQueueRows => {
            "the broker shows queues, or proves that there are none"
        }
        ConditionKind::CollectorOff => "the broker's list of queues has counts",
        ConditionKind::NodeUnread => "every known node of the broker is read",
        ConditionKind::VhostUnread => "every virtual host that Leveret's user may see is read",
        ConditionKind::Unproven => "the broker's answers show which queues do not exist",
        ConditionKind::NotUnderstood => "the broker's answers can be parsed",
        ConditionKind::Unsettled => "falls, zeros and absences of the broker are used",
    }
}
