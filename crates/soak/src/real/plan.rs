//! Which real brokers there are, and how Leveret reads them.

use std::time::Duration;

/// The user whose tag is `monitoring`. The one of the models has the tag `management` here.
pub(crate) const MONITORING_USERNAME: &str = "soak-monitoring";

/// `pollInterval` of real brokers, which need more time than models for an answer.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// How much older a number may be when a real broker shows it: one step of the statistics and one tick of a quorum queue, of
/// 5 s each.
pub(crate) const SHOWN_LATE: Duration = Duration::from_secs(11);

/// How many queues of each kind change.
pub(crate) const CHANGING: usize = 3;

/// How many classic queues stay empty and are not asked for.
pub(crate) const IDLE: usize = 40;

/// One real broker.
#[derive(Debug)]
pub(crate) struct RealSetup {
    /// Its name in messages.
    pub(crate) name: &'static str,
    /// Whether it is RabbitMQ 4.0 from a folder, and otherwise the one that is installed on this machine.
    pub(crate) is_4: bool,
    /// How many nodes it has.
    pub(crate) nodes: usize,
    /// How Leveret reads it, each time as a broker of its own.
    pub(crate) readings: [Reading; 4],
}

/// One way in which Leveret reads a broker.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The name of the broker in Leveret's configuration.
    pub(crate) alias: &'static str,
    /// Whether it reads the Prometheus endpoints of all nodes.
    pub(crate) prometheus: bool,
    /// The tag of its user at the management API of the first node; none if it does not read that.
    pub(crate) tag: Option<&'static str>,
    /// Whether a backlog is configured by pattern, so that all queues are read at once.
    pub(crate) pattern: bool,
}

/// The real brokers: a cluster in which a quorum queue survives the loss of a node, and a single old one.
pub(crate) const REALS: [RealSetup; 2] = [
    RealSetup {
        name: "cluster",
        is_4: true,
        nodes: 3,
        readings: [
            Reading { alias: "cluster-prometheus", prometheus: true, tag: None, pattern: true },
            Reading { alias: "cluster-tag", prometheus: false, tag: Some("management"), pattern: false },
            Reading { alias: "cluster-monitor", prometheus: false, tag: Some("monitoring"), pattern: true },
            Reading { alias: "cluster-both", prometheus: true, tag: Some("management"), pattern: true },
        ],
    },
    RealSetup {
        name: "old",
        is_4: false,
        nodes: 1,
        readings: [
            Reading { alias: "old-prometheus", prometheus: true, tag: None, pattern: true },
            Reading { alias: "old-tag", prometheus: false, tag: Some("management"), pattern: false },
            Reading { alias: "old-monitor", prometheus: false, tag: Some("monitoring"), pattern: true },
            Reading { alias: "old-both", prometheus: true, tag: Some("management"), pattern: true },
        ],
    },
];
