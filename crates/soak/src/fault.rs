//! What can happen to a broker, to the way to it, or to Leveret.

use std::time::Duration;

/// One fault. Queues and nodes are numbers that count modulo what the broker has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    /// A quorum queue gets a new leader, by `rabbitmq-queues rebalance`.
    LeaderMoves { queue: usize },
    /// A node is killed and started again.
    NodeKilled { node: usize, down: Duration },
    /// A node is asked to stop, takes some seconds for it, and is started again.
    NodeStopped { node: usize, stopping: Duration, down: Duration },
    /// RabbitMQ is stopped and started inside an Erlang virtual machine that goes on.
    ApplicationRestarted { node: usize, down: Duration },
    /// A node is killed, and comes back with another name.
    NodeRenamed { node: usize, down: Duration },
    /// A node stops to answer and goes on later.
    NodeFrozen { node: usize, lasts: Duration },
    /// A node's address leads to another node.
    AddressLost { node: usize, lasts: Duration },
    /// A second node shows a queue, with a number from the past.
    ShownTwice { queue: usize, lasts: Duration },
    /// Items of the answers are not of the usual form.
    BrokenItems { lasts: Duration },
    /// Queues have names that are not UTF-8.
    UndecodableNames { lasts: Duration },
    /// Numbers of some queues are the largest that fit, or do not fit.
    EdgeNumbers { lasts: Duration },
    /// A node's uptime is a number at the edge of its type.
    EdgeUptime { node: usize, lasts: Duration },
    /// Some answers take longer than Leveret waits.
    Slow { node: usize, lasts: Duration },
    /// Some answers are spoilt.
    Damaged { node: usize, lasts: Duration, damage: Damage },
    /// A node is down for some seconds, up for some seconds, and so on.
    Flapping { node: usize, rounds: u32 },
    /// The virtual host stops on a node.
    VhostStopped { node: usize, lasts: Duration },
    /// The user loses the permission on the virtual host for some time.
    PermissionTaken { lasts: Duration },
    /// Counters fall for one read and go on after it.
    CountersDip { lasts: Duration },
    /// Leveret is started again, after SIGKILL or SIGTERM.
    LeveretRestarted { killed: bool },
    /// The configuration names another broker in place of this one.
    BrokerReplaced,
}

/// How an answer is spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// The connection is closed without an answer.
    Closed,
    /// The connection is closed in the middle of the body.
    Cut,
    /// The answer has this status.
    Status(u16),
}

impl Fault {
    /// The class by which faults are counted.
    pub(crate) fn class(&self) -> &'static str {
        match self {
            Self::LeaderMoves { .. } => "leader moves",
            Self::NodeKilled { .. } => "node killed",
            Self::NodeStopped { .. } => "node stopped",
            Self::VhostStopped { .. } => "virtual host stopped",
            Self::PermissionTaken { .. } => "permission taken",
            Self::ApplicationRestarted { .. } => "application restarted",
            Self::NodeRenamed { .. } => "node renamed",
            Self::NodeFrozen { .. } => "node frozen",
            Self::AddressLost { .. } => "address lost",
            Self::ShownTwice { .. } => "queue shown by two nodes",
            Self::BrokenItems { .. } => "broken items",
            Self::UndecodableNames { .. } => "undecodable names",
            Self::EdgeNumbers { .. } => "numbers at the edge",
            Self::EdgeUptime { .. } => "uptime at the edge",
            Self::Slow { .. } => "slow answers",
            Self::Damaged { damage: Damage::Closed, .. } => "closed without an answer",
            Self::Damaged { damage: Damage::Cut, .. } => "answer cut",
            Self::Damaged { damage: Damage::Status(_), .. } => "error status",
            Self::Flapping { .. } => "flapping node",
            Self::CountersDip { .. } => "counters dip",
            Self::LeveretRestarted { .. } => "Leveret restarted",
            Self::BrokerReplaced => "broker replaced",
        }
    }
}
