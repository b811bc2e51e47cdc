//! What a caller may choose about a private broker.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::credentials::Credentials;

/// How to start a [`PrivateBroker`](crate::PrivateBroker); the default needs nothing but an installed RabbitMQ.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the broker keeps its data, configuration and logs. Absent: a new temporary folder, removed with the
    /// broker. A given folder is made when missing, and stays.
    pub folder: Option<PathBuf>,
    /// A folder that holds a whole small system with RabbitMQ in it, entered by `chroot`. Absent: the RabbitMQ that
    /// is installed on this machine.
    pub root: Option<PathBuf>,
    /// A member of the cluster that the broker becomes a node of. Absent: a cluster of its own.
    pub join: Option<Member>,
    /// Further lines of `rabbitmq.conf`, such as `management_agent.disable_metrics_collector = true`. A key that
    /// RabbitMQ does not know stops the start.
    pub conf: Vec<String>,
    /// Plugins beside those for the management API and the Prometheus endpoint.
    pub plugins: Vec<String>,
    /// After how long a silent node of the cluster is taken for dead, in whole seconds. Absent: Erlang's default of 60 s.
    pub net_tick: Option<Duration>,
    /// How long a start may take until both the management and the Prometheus endpoint answer. Default 120 s: a quiet
    /// machine needs 4 to 7 s, a busy one several times that.
    pub ready_within: Duration,
    /// How long an orderly stop may take before the broker is killed. Default 60 s.
    pub stop_within: Duration,
}

/// A node that another one can join, from [`PrivateBroker::member`](crate::PrivateBroker::member).
#[derive(Clone)]
pub struct Member {
    /// The node's name.
    pub(crate) node: String,
    /// The port of the `epmd` that knows the nodes of the cluster.
    pub(crate) epmd: u16,
    /// What the nodes of the cluster know each other by.
    pub(crate) cookie: String,
    /// The user of the cluster.
    pub(crate) user: Credentials,
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member").field("node", &self.node).finish_non_exhaustive()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            folder: None,
            root: None,
            join: None,
            conf: Vec::new(),
            plugins: Vec::new(),
            net_tick: None,
            ready_within: Duration::from_secs(120),
            stop_within: Duration::from_secs(60),
        }
    }
}
