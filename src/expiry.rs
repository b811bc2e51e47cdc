//! When a certificate expires, and the warning before.

use std::time::Duration;

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use leveret_core::Moment;

/// How long before its end a certificate is warned about: enough for a person to renew it, and less than what is left when a
/// program renews it by itself.
const WARN_BEFORE: Duration = Duration::from_secs(7 * DAY.as_secs());

/// How often the warning is repeated.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The end of a chain's validity: that of the certificate in it that expires first. None if one of them cannot be parsed, or
/// has no end that can be written as a time.
pub fn expiry(chain: &[CertificateDer<'_>]) -> Option<Timestamp> {
    let ends = chain.iter().map(|certificate| {
        let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
        Timestamp::from_second(parsed.validity().not_after.timestamp()).ok()
    });
    ends.collect::<Option<Vec<_>>>()?.into_iter().min()
}

/// When a certificate was last warned about.
#[derive(Debug, Default)]
pub struct ExpiryWarning(Option<Moment>);

impl ExpiryWarning {
    /// Whether to log now that the certificate expires soon or has expired: once a day, from a week before its end.
    pub fn is_due(&mut self, expires: Timestamp, now: Moment) -> bool {
        if now.plus(WARN_BEFORE).wall() < expires {
            self.0 = None;
            return false;
        }
        let is_due = self.0.is_none_or(|warned| now.since(warned) >= DAY);
        if is_due {
            self.0 = Some(now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leveret_core::testing::at;

    #[test]
    fn the_warning_comes_a_week_before_the_end_and_then_daily() {
        let (day, mut warning) = (DAY.as_secs(), ExpiryWarning::default());
        let expires = at(30 * day).wall();
        let due: Vec<u64> = (0..33 * 24).filter(|hour| warning.is_due(expires, at(hour * day / 24))).collect();
        assert_eq!(due, (23..33).map(|day| day * 24).collect::<Vec<_>>());
        assert!(!warning.is_due(at(60 * day).wall(), at(33 * day)), "it was renewed");
        assert!(warning.is_due(at(34 * day).wall(), at(33 * day)));
    }
}
