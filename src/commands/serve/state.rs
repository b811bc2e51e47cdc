//! What every part of a running server shares.

use std::sync::Arc;

use arc_swap::ArcSwap;
use leveret_runtime::Clock;

use super::client_certificates::ClientCertificates;
use super::questions::Questions;
use crate::config::Config;
use crate::poll::{Demand, Publisher};
use crate::telemetry::Instruments;

/// The shared state of a running server. Clones share it.
#[derive(Clone)]
pub(super) struct State {
    /// The configuration in use, replaced whole when the file changes.
    pub(super) config: Arc<ArcSwap<Config>>,
    /// The snapshot that answers are taken from.
    pub(super) publisher: Publisher,
    /// The queues that were asked for recently.
    pub(super) demand: Arc<Demand>,
    /// The questions that were asked recently.
    pub(super) questions: Arc<Questions>,
    /// When the client certificates for brokers expire.
    pub(super) client_certificates: Arc<ClientCertificates>,
    pub(super) instruments: Instruments,
    pub(super) clock: Clock,
}

impl State {
    /// The state before anything was read or asked.
    pub(super) fn new(config: Config, instruments: Instruments, clock: Clock) -> Self {
        Self {
            config: Arc::new(ArcSwap::from_pointee(config)),
            publisher: Publisher::default(),
            demand: Arc::default(),
            questions: Arc::default(),
            client_certificates: Arc::default(),
            instruments,
            clock,
        }
    }

    /// Records in the instruments that the configuration file was read, and whether it can be used.
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^53")]
    pub(super) fn config_read(&self, usable: bool) {
        self.instruments.config_reloaded(usable.then(|| self.clock.now().wall().as_second() as f64));
    }
}
