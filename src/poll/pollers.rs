//! The running poll loops, kept equal to the configuration.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{Demand, Poll, PollReport, Publisher};
use crate::config::{Config, Connection};
use leveret_core::{Backlog, View};
use leveret_runtime::Clock;
use leveret_runtime::tasks::Tasks;

/// One loop per configured broker.
pub struct Pollers {
    tasks: Tasks,
    demand: Arc<Demand>,
    publisher: Publisher,
    report: Arc<dyn PollReport>,
    clock: Clock,
    running: HashMap<Box<str>, Running>,
}

/// A loop and what it was started for.
struct Running {
    connection: Arc<Connection>,
    backlogs: Vec<Arc<Backlog>>,
    stop: CancellationToken,
}

impl Pollers {
    /// No loop runs yet. What the loops need is handed to each of them.
    pub fn new(
        tasks: Tasks,
        demand: Arc<Demand>,
        publisher: Publisher,
        report: Arc<dyn PollReport>,
        clock: Clock,
    ) -> Self {
        Self { tasks, demand, publisher, report, clock, running: HashMap::new() }
    }

    /// Ends the loops whose broker is gone or configured otherwise, and starts those that are missing. What is known of a
    /// broker is kept as long as it is read at the same addresses: at others it is another broker.
    pub fn follow(&mut self, config: &Config) {
        let mut kept = HashSet::new();
        self.running.retain(|name, running| {
            let Some(connection) = config.connection(name) else {
                running.stop.cancel();
                return false;
            };
            if running.connection.has_addresses_of(connection) {
                kept.insert(name.clone());
            }
            let stays = running.serves(connection, &config.view);
            if !stays {
                running.stop.cancel();
            }
            stays
        });
        // A loop that was asked to stop publishes nothing after this.
        self.publisher.retain(|name| kept.contains(name));
        for connection in &config.connections {
            let name = &connection.broker.name;
            if !self.running.contains_key(name) {
                let running = self.start(Arc::clone(connection), backlogs_of(&config.view, name));
                self.running.insert(name.clone(), running);
            }
        }
    }

    fn start(&self, connection: Arc<Connection>, backlogs: Vec<Arc<Backlog>>) -> Running {
        let stop = self.tasks.stop().child_token();
        let poll = Poll {
            connection: Arc::clone(&connection),
            backlogs: backlogs.clone(),
            demand: Arc::clone(&self.demand),
            publisher: self.publisher.clone(),
            report: Arc::clone(&self.report),
            clock: self.clock,
        };
        let run = poll.run(stop.clone());
        self.tasks.critical_until(stop.clone(), "poll", async {
            run.await;
            Ok(())
        });
        Running { connection, backlogs, stop }
    }
}

impl Running {
    fn serves(&self, connection: &Connection, view: &View) -> bool {
        *self.connection == *connection && self.backlogs == backlogs_of(view, &connection.broker.name)
    }
}

fn backlogs_of(view: &View, broker: &str) -> Vec<Arc<Backlog>> {
    view.backlogs.iter().filter(|backlog| *backlog.broker == *broker).map(Arc::clone).collect()
}
