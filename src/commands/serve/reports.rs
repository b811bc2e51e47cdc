//! Passes events on to the instruments, and to the readiness check that waits for the first read of every broker.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::api::Observer;
use crate::config::Config;
use crate::poll::PollReport;
use crate::telemetry::Instruments;
use leveret_core::observation::{Failure, Observation};
use leveret_runtime::readiness::Latch;

/// Counts reads, and says when every broker has been read once, with or without success.
pub(super) struct FirstReads {
    instruments: Instruments,
    pending: Mutex<BTreeSet<Box<str>>>,
    all_read: Latch,
}

impl FirstReads {
    /// Waits for the brokers of the configuration at start.
    pub(super) fn new(config: &Config, instruments: Instruments, all_read: Latch) -> Self {
        let pending = config.view.brokers.iter().map(|broker| broker.name.clone()).collect();
        config.view.brokers.iter().for_each(|broker| instruments.expect_broker(&broker.name));
        Self { instruments, pending: Mutex::new(pending), all_read }
    }

    /// Takes a new configuration into account: what is not configured any more is not waited for.
    pub(super) fn follow(&self, config: &Config) {
        config.view.brokers.iter().for_each(|broker| self.instruments.expect_broker(&broker.name));
        self.no_longer_pending(|name| config.connection(name).is_none());
    }

    fn no_longer_pending(&self, gone: impl Fn(&str) -> bool) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.retain(|name| !gone(name));
        if pending.is_empty() {
            self.all_read.set();
        }
    }
}

impl PollReport for FirstReads {
    fn polled(&self, broker: &str, outcome: Result<&Observation, &Failure>, took: Duration) {
        self.instruments.polled(broker, outcome, took);
        self.no_longer_pending(|name| name == broker);
    }
}

impl Observer for Instruments {
    fn answered(&self, route: &'static str, code: u16, took: Duration) {
        self.requested(route, code, took);
    }

    fn handshake_failed(&self) {
        self.handshake_failed();
    }

    fn certificate_reloaded(&self, usable: bool) {
        self.certificate_reloaded(usable);
    }
}
