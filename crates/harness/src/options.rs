//! What a caller may choose about a private broker.

use std::path::PathBuf;
use std::time::Duration;

/// How to start a [`PrivateBroker`](crate::PrivateBroker); the default needs nothing but an installed RabbitMQ.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the broker keeps its data, configuration and logs. Absent: a new temporary folder, removed with the
    /// broker. A given folder is made when missing, and stays.
    pub folder: Option<PathBuf>,
    /// A folder that holds a whole small system with RabbitMQ in it, entered by `chroot`. Absent: the RabbitMQ that
    /// is installed on this machine.
    pub root: Option<PathBuf>,
    /// Further lines of `rabbitmq.conf`, such as `management_agent.disable_metrics_collector = true`. A key that
    /// RabbitMQ does not know stops the start.
    pub conf: Vec<String>,
    /// How long a start may take until both the management and the Prometheus endpoint answer. Default 120 s: a quiet
    /// machine needs 4 to 7 s, a busy one several times that.
    pub ready_within: Duration,
    /// How long an orderly stop may take before the broker is killed. Default 60 s.
    pub stop_within: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            folder: None,
            root: None,
            conf: Vec::new(),
            ready_within: Duration::from_secs(120),
            stop_within: Duration::from_secs(60),
        }
    }
}
