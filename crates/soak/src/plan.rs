//! Which brokers there are, and how Leveret reads them.

use std::time::Duration;

/// `pollInterval` of every broker.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// `maxSampleAge` of every broker.
pub(crate) const MAX_SAMPLE_AGE: Duration = Duration::from_secs(20);

/// The broker as which Leveret reads now one model and now another.
pub(crate) const REPLACED: &str = "replaced";

/// The user of every management API.
pub(crate) const USERNAME: &str = "soak";

/// The password of that user.
pub(crate) const PASSWORD: &str = "soak-password";

/// One model broker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    /// Its name, also the one that Leveret is configured with, unless it is [`REPLACED`].
    pub(crate) name: &'static str,
    /// How many nodes it has.
    pub(crate) nodes: usize,
    /// How many Prometheus addresses Leveret is given: none, or one for each of the first nodes.
    pub(crate) addresses: usize,
    /// The tag of the user at the management API of the first node; none if Leveret does not read it.
    pub(crate) tag: Option<&'static str>,
    /// Whether a backlog is configured by pattern, so that all queues are read at once.
    pub(crate) pattern: bool,
    /// How many queues never change and are not asked for.
    pub(crate) idle: usize,
    /// Whether Leveret reads it under the name [`REPLACED`].
    pub(crate) replaces: bool,
}

/// The model brokers.
pub(crate) const SETUPS: [Setup; 8] = [
    prometheus("single", 1, 1),
    prometheus("pair", 2, 2),
    // So many queues that a few are requested one by one.
    Setup { tag: Some("management"), pattern: false, idle: 60, ..prometheus("tag", 3, 0) },
    Setup { tag: Some("monitoring"), ..prometheus("monitor", 3, 0) },
    Setup { tag: Some("management"), ..prometheus("both", 3, 3) },
    // No address leads to the third node.
    prometheus("trio", 3, 2),
    Setup { replaces: true, ..prometheus("east", 1, 1) },
    Setup { replaces: true, ..prometheus("west", 1, 1) },
];

const fn prometheus(name: &'static str, nodes: usize, addresses: usize) -> Setup {
    Setup { name, nodes, addresses, tag: None, pattern: true, idle: 10, replaces: false }
}

impl Setup {
    /// The name by which Leveret knows it.
    pub(crate) fn alias(&self) -> &'static str {
        if self.replaces { REPLACED } else { self.name }
    }

    /// Whether a read can show every queue.
    pub(crate) fn is_whole(&self) -> bool {
        self.tag.is_some() || self.addresses == self.nodes
    }
}
