//! Passes events on to the instruments, and to the readiness check that waits for the first read of every broker.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::client_certificates::ClientCertificates;
use crate::api::Observer;
use crate::config::Config;
use crate::poll::{FirstReads, Pacing, PollReport};
use crate::sources;
use crate::telemetry::Instruments;
use leveret_core::observation::{Failure, Observation, SourceKind};

/// Counts the reads of brokers, and notes the first one of each.
pub(super) struct ReadReports {
    pub(super) instruments: Instruments,
    pub(super) first_reads: FirstReads,
    pub(super) client_certificates: Arc<ClientCertificates>,
}

impl ReadReports {
    /// Takes the configured brokers into account: each has its series from the start.
    pub(super) fn follow(&self, config: &Config) {
        for connection in &config.connections {
            self.instruments.expect_broker(&connection.broker.name, sources::kinds(connection));
            self.instruments.paced(&connection.broker.name, connection.poll_interval);
        }
        self.first_reads.follow(&config.view);
    }
}

impl PollReport for ReadReports {
    fn polled(&self, broker: &str, outcome: Result<&Observation, &Failure>, took: Duration) {
        self.instruments.polled(broker, outcome, took);
        self.first_reads.read(broker);
    }

    fn source_failed(&self, broker: &str, source: SourceKind, failure: &Failure) {
        self.instruments.source_failed(broker, source, failure.kind);
    }

    fn paced(&self, broker: &str, pacing: Pacing) {
        self.instruments.paced(broker, pacing.interval);
    }

    fn client_certificate_expires(&self, broker: &str, at: Option<Timestamp>) {
        self.client_certificates.note(broker, at);
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

    fn certificate_expires(&self, at: Option<Timestamp>) {
        self.certificate_expires(at);
    }
}
