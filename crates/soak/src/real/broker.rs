//! One running real broker, arranged for the soak.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use leveret_harness::{Management, Options, PrivateBroker};
use serde_json::json;

use super::SharedLedger;
use super::ledger::Ledger;
use super::plan::{CHANGING, IDLE, MONITORING_USERNAME, RealSetup};
use super::queue::RealQueue;
use crate::plan::{PASSWORD, USERNAME};

/// After how long the nodes of a cluster take a silent one for dead. Erlang's own minute would be most of a run.
const NET_TICK: Duration = Duration::from_secs(8);

/// How long a start may take: machines that run this run other things too.
const READY_WITHIN: Duration = Duration::from_secs(240);

/// One running real broker.
#[derive(Debug)]
pub(crate) struct RealBroker {
    pub(crate) setup: &'static RealSetup,
    // The first node has the `epmd` of all, and so is ended last.
    pub(super) others: Vec<PrivateBroker>,
    pub(super) first: PrivateBroker,
    pub(super) ledger: SharedLedger,
}

impl RealBroker {
    /// Starts its nodes, and declares its users and queues.
    pub(super) fn start(setup: &'static RealSetup, rabbitmq_4: &Path) -> Result<Self> {
        let options = || Options {
            root: setup.is_4.then(|| rabbitmq_4.to_owned()),
            // As the cluster operator of Kubernetes sets it.
            conf: vec!["cluster_partition_handling = pause_minority".to_owned()],
            net_tick: Some(NET_TICK),
            ready_within: READY_WITHIN,
            ..Options::default()
        };
        let first = PrivateBroker::start(options()).with_context(|| format!("broker `{}`", setup.name))?;
        let mut others = Vec::new();
        for _ in 1..setup.nodes {
            let join = Some(first.member()?);
            others.push(PrivateBroker::start(Options { join, ..options() })?);
        }
        let ledger = Arc::new(Mutex::new(Ledger::new(Vec::new())));
        let broker = Self { setup, others, first, ledger };
        add_users(&broker.first.management())?;
        super::lock(&broker.ledger).queues = broker.declare()?;
        Ok(broker)
    }

    /// A node by its number, which counts modulo the nodes that there are.
    pub(super) fn node(&self, number: usize) -> &PrivateBroker {
        match number % self.setup.nodes {
            0 => &self.first,
            other => &self.others[other - 1],
        }
    }

    /// The same to be disturbed.
    pub(super) fn node_mut(&mut self, number: usize) -> &mut PrivateBroker {
        match number % self.setup.nodes {
            0 => &mut self.first,
            other => &mut self.others[other - 1],
        }
    }

    /// The management API of each node, as the administrator.
    pub(super) fn managements(&self) -> Vec<Management> {
        (0..self.setup.nodes).map(|number| self.node(number).management()).collect()
    }

    fn declare(&self) -> Result<Vec<RealQueue>> {
        let management = self.first.management();
        let mut queues = Vec::new();
        let classic = (0..CHANGING).map(|number| (format!("classic-{number}"), Some(number % self.setup.nodes)));
        let quorum = (0..CHANGING).map(|number| (format!("quorum-{number}"), None));
        let idle = (0..IDLE).map(|number| (format!("idle-{number}"), Some(0)));
        for (name, home) in classic.chain(quorum).chain(idle) {
            let body = match home {
                Some(home) => json!({"durable": true, "node": self.node(home).node()}),
                None => json!({"durable": true, "arguments": {"x-queue-type": "quorum"}}),
            };
            management.put(&format!("/api/queues/%2F/{name}"), &body)?;
            queues.push(RealQueue::new(name, home, Instant::now()));
        }
        Ok(queues)
    }
}

/// Leveret's users, who may touch nothing.
fn add_users(management: &Management) -> Result<()> {
    let nothing = json!({"configure": "^$", "write": "^$", "read": "^$"});
    for (user, tag) in [(USERNAME, "management"), (MONITORING_USERNAME, "monitoring")] {
        management.put(&format!("/api/users/{user}"), &json!({"password": PASSWORD, "tags": tag}))?;
        management.put(&format!("/api/permissions/%2F/{user}"), &nothing)?;
    }
    Ok(())
}
