//! The running poll loops, kept equal to the configuration.

use std::collections::HashMap;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::{BacklogConfig, BrokerConfig, Config};
use crate::poll::{Demand, Poll, PollReport, Publisher};
use crate::tasks::Tasks;

/// One loop per configured broker.
pub(super) struct Pollers {
    pub(super) tasks: Tasks,
    pub(super) demand: Arc<Demand>,
    pub(super) publisher: Publisher,
    pub(super) report: Arc<dyn PollReport>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) running: HashMap<Box<str>, Running>,
}

/// A loop and what it was started for.
pub(super) struct Running {
    broker: Arc<BrokerConfig>,
    backlogs: Vec<Arc<BacklogConfig>>,
    stop: CancellationToken,
}

impl Pollers {
    /// Ends the loops whose broker is gone or configured otherwise, and starts those that are missing. What is known of a
    /// broker that stays is kept.
    pub(super) fn follow(&mut self, config: &Config) {
        self.running.retain(|name, running| {
            let stays = config.broker(name).is_some_and(|broker| running.serves(broker, &backlogs_of(config, broker)));
            if !stays {
                running.stop.cancel();
            }
            stays
        });
        self.publisher.retain(|name| config.broker(name).is_some());
        for broker in &config.brokers {
            if !self.running.contains_key(&broker.name) {
                let running = self.start(Arc::clone(broker), backlogs_of(config, broker));
                self.running.insert(broker.name.clone(), running);
            }
        }
    }

    fn start(&self, broker: Arc<BrokerConfig>, backlogs: Vec<Arc<BacklogConfig>>) -> Running {
        let stop = self.tasks.stop().child_token();
        let poll = Poll {
            broker: Arc::clone(&broker),
            backlogs: backlogs.clone(),
            demand: Arc::clone(&self.demand),
            publisher: self.publisher.clone(),
            report: Arc::clone(&self.report),
            clock: Arc::clone(&self.clock),
        };
        self.tasks.critical_until(stop.clone(), "poll", poll.run(stop.clone()));
        Running { broker, backlogs, stop }
    }
}

impl Running {
    fn serves(&self, broker: &BrokerConfig, backlogs: &[Arc<BacklogConfig>]) -> bool {
        *self.broker == *broker && self.backlogs == backlogs
    }
}

fn backlogs_of(config: &Config, broker: &BrokerConfig) -> Vec<Arc<BacklogConfig>> {
    config.backlogs.iter().filter(|backlog| backlog.broker == broker.name).map(Arc::clone).collect()
}
