//! The serving certificate, which is replaced at run time when its files change.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use arc_swap::ArcSwap;
use jiff::Timestamp;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use tokio_util::sync::CancellationToken;

use crate::api::net::handler::Observer;
use crate::expiry::{ExpiryWarning, expiry};
use leveret_runtime::Clock;
use leveret_runtime::file::read_file;

/// How often the files are read. The kubelet replaces a mounted Secret by swapping a symbolic link: comparing the content
/// notices that, while watching the file does not.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// A certificate with its chain and private key.
pub struct ServingCertificate {
    current: ArcSwap<CertifiedKey>,
    files: Option<Files>,
}

struct Files {
    certificate: PathBuf,
    key: PathBuf,
    /// What was last read, usable or not, or why it could not be read.
    last: Mutex<Result<Pem, String>>,
}

#[derive(PartialEq, Eq)]
struct Pem {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

// === impl ServingCertificate ===

impl ServingCertificate {
    /// Reads PEM files: the certificate, followed by its intermediates, and its private key.
    ///
    /// # Errors
    /// A file cannot be read or does not hold what it should, or the key does not belong to the certificate.
    pub fn from_files(certificate: PathBuf, key: PathBuf) -> Result<Self> {
        let pem = Pem::read(&certificate, &key).map_err(|error| anyhow!(error))?;
        let current = pem.parse().with_context(|| {
            format!("`{}` and `{}` cannot serve TLS together", certificate.display(), key.display())
        })?;
        let files = Files { certificate, key, last: Mutex::new(Ok(pem)) };
        Ok(Self { current: ArcSwap::from_pointee(current), files: Some(files) })
    }

    /// A certificate for these host names and addresses that is signed with its own key, and its PEM text, which is all that
    /// clients need to trust. The private key never leaves the process.
    pub fn self_signed(hosts: &[&str]) -> Result<(Self, String)> {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let made = rcgen::generate_simple_self_signed(hosts).context("cannot make a serving certificate")?;
        let pem = made.cert.pem();
        Ok((Self::from_pem(&pem, &made.signing_key.serialize_pem())?, pem))
    }

    /// Parses PEM texts.
    ///
    /// # Errors
    /// They do not hold what they should, or the key does not belong to the certificate.
    pub fn from_pem(certificate: &str, key: &str) -> Result<Self> {
        let pem = Pem { certificate: certificate.into(), key: key.into() };
        Ok(Self { current: ArcSwap::from_pointee(pem.parse()?), files: None })
    }

    /// The certificate that new connections are shown.
    pub fn current(&self) -> Arc<CertifiedKey> {
        self.current.load_full()
    }

    /// When it expires; none if that cannot be told.
    pub fn expires(&self) -> Option<Timestamp> {
        expiry(&self.current.load().cert)
    }

    /// Whether the certificate comes from files, which may change.
    pub fn is_from_files(&self) -> bool {
        self.files.is_some()
    }

    /// Rereads the files until `stop`, and warns before the certificate expires. Open connections keep the certificate that
    /// they were shown.
    pub async fn follow(&self, observer: &dyn Observer, clock: Clock, stop: &CancellationToken) {
        let (mut expires, mut warning) = (self.expires(), ExpiryWarning::default());
        while stop.run_until_cancelled(tokio::time::sleep(CHECK_INTERVAL)).await.is_some() {
            match self.reload() {
                Ok(false) => {}
                Ok(true) => {
                    tracing::info!("serving certificate replaced");
                    observer.certificate_reloaded(true);
                    expires = self.expires();
                    observer.certificate_expires(expires);
                }
                Err(error) => {
                    tracing::warn!(
                        error = format!("{error:#}"),
                        "the new serving certificate is unusable and the old one stays in use; check that the certificate and \
                         the key belong together"
                    );
                    observer.certificate_reloaded(false);
                }
            }
            if let Some(expires) = expires.filter(|expires| warning.is_due(*expires, clock.now())) {
                tracing::warn!(
                    expires = expires.to_string(),
                    "the serving certificate has expired or will within a week; after that the Kubernetes API server rejects \
                     it, and HPAs get no numbers: renew it, or check why the program that renews it does not"
                );
            }
        }
    }

    /// Uses the files' new content. Returns whether the content changed; unusable content is an error once, not at every
    /// check.
    fn reload(&self) -> Result<bool> {
        let Some(files) = &self.files else { return Ok(false) };
        let read = Pem::read(&files.certificate, &files.key);
        let mut last = files.last.lock().unwrap_or_else(PoisonError::into_inner);
        if *last == read {
            return Ok(false);
        }
        let parsed = read.as_ref().map_err(|error| anyhow!("{error}")).and_then(Pem::parse);
        *last = read;
        self.current.store(Arc::new(parsed?));
        Ok(true)
    }
}

// === impl Pem ===

impl Pem {
    fn read(certificate: &Path, key: &Path) -> Result<Self, String> {
        Ok(Self { certificate: read_file(certificate)?, key: read_file(key)? })
    }

    fn parse(&self) -> Result<CertifiedKey> {
        let chain = CertificateDer::pem_slice_iter(&self.certificate).collect::<Result<Vec<_>, _>>();
        let chain = chain.context("the certificate is not PEM text")?;
        ensure!(!chain.is_empty(), "the certificate's PEM text contains no certificate");
        let key = PrivateKeyDer::from_pem_slice(&self.key).context("the key is not a private key in PEM text")?;
        CertifiedKey::from_der(chain, key, &super::provider())
            .context("the certificate and the private key do not belong together or are of an unsupported kind")
    }
}
