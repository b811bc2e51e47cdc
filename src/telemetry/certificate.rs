//! What is shown of the serving certificate.

use jiff::Timestamp;
use prometheus::{Gauge, GaugeVec, Registry};

use super::instruments::{add, named};

/// The label of the serving certificate.
const SERVING: &str = "serving";

/// The instruments of the serving certificate. Cloning shares them.
#[derive(Clone, Debug)]
pub(super) struct CertificateInstruments {
    reload_successful: Gauge,
    expiry: GaugeVec,
}

impl CertificateInstruments {
    /// The instruments of a certificate that is in use.
    pub(super) fn new(registry: &Registry) -> prometheus::Result<Self> {
        let reload_successful = named(
            "certificate_last_reload_successful",
            "Whether the serving certificate's files as they are now are in use (1), or a bad pair is ignored (0)",
        );
        let expiry = named(
            "certificate_expiry_timestamp_seconds",
            "When a certificate in use, with its chain, expires: `serving`, that of the API",
        );
        let this = Self {
            reload_successful: add(registry, Gauge::with_opts(reload_successful)?)?,
            expiry: add(registry, GaugeVec::new(expiry, &["certificate"])?)?,
        };
        this.reloaded(true);
        Ok(this)
    }

    /// Notes whether the files could be used.
    pub(super) fn reloaded(&self, successful: bool) {
        self.reload_successful.set(if successful { 1.0 } else { 0.0 });
    }

    /// Notes when the certificate in use expires. There is no series if that cannot be told.
    #[expect(clippy::cast_precision_loss, reason = "seconds of any date are far below 2^53")]
    pub(super) fn expires(&self, at: Option<Timestamp>) {
        match at {
            Some(at) => self.expiry.with_label_values(&[SERVING]).set(at.as_second() as f64),
            None => self.expiry.reset(),
        }
    }
}
