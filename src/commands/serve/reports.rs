//! Passes events on to the instruments, and to the readiness check that waits for the first read of every broker.

use std::time::Duration;

use crate::api::Observer;
use crate::poll::{FirstReads, PollReport};
use crate::telemetry::Instruments;
use leveret_core::View;
use leveret_core::observation::{Failure, Observation};

/// Counts the reads of brokers, and notes the first one of each.
pub(super) struct ReadReports {
    pub(super) instruments: Instruments,
    pub(super) first_reads: FirstReads,
}

impl ReadReports {
    /// Takes the configured brokers into account: each has its series from the start.
    pub(super) fn follow(&self, view: &View) {
        view.brokers.iter().for_each(|broker| self.instruments.expect_broker(&broker.name));
        self.first_reads.follow(view);
    }
}

impl PollReport for ReadReports {
    fn polled(&self, broker: &str, outcome: Result<&Observation, &Failure>, took: Duration) {
        self.instruments.polled(broker, outcome, took);
        self.first_reads.read(broker);
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
