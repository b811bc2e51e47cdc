//! When the client certificates that brokers are shown expire.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// The ends by the name of the broker, as the poll loops last saw them.
#[derive(Debug, Default)]
pub(super) struct ClientCertificates(Mutex<HashMap<Box<str>, Timestamp>>);

impl ClientCertificates {
    /// Notes when the certificate for a broker expires, or that there is none.
    pub(super) fn note(&self, broker: &str, expires: Option<Timestamp>) {
        let mut ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match expires {
            Some(expires) => ends.insert(broker.into(), expires),
            None => ends.remove(broker),
        };
    }

    /// When the certificate for a broker expires.
    pub(super) fn expiry(&self, broker: &str) -> Option<Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(broker).copied()
    }
}
