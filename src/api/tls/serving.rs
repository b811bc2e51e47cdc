//! The certificate that the server shows, replaced while it runs when its files change.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use arc_swap::ArcSwap;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use tokio_util::sync::CancellationToken;

use crate::api::observer::Observer;
use leveret_runtime::file::read_file;

/// How often the files are looked at. The kubelet replaces a mounted Secret by swapping a symbolic link, which looking at
/// the content notices and watching the file does not.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A certificate with its chain and private key, which belong together.
pub struct ServingCertificate {
    current: ArcSwap<CertifiedKey>,
    files: Option<Files>,
}

/// Where the certificate comes from, and what was last read there, usable or not, or why it could not be read.
struct Files {
    certificate: PathBuf,
    key: PathBuf,
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
    /// A file cannot be read, holds nothing of the kind, or the key is another certificate's.
    pub fn from_files(certificate: PathBuf, key: PathBuf) -> Result<Self> {
        let pem = Pem::read(&certificate, &key).map_err(|error| anyhow!(error))?;
        let current = pem.parse().with_context(|| {
            format!("`{}` and `{}` cannot serve TLS together", certificate.display(), key.display())
        })?;
        let files = Files { certificate, key, last: Mutex::new(Ok(pem)) };
        Ok(Self { current: ArcSwap::from_pointee(current), files: Some(files) })
    }

    /// Takes PEM texts.
    ///
    /// # Errors
    /// They hold nothing of the kind, or the key is another certificate's.
    pub fn from_pem(certificate: &str, key: &str) -> Result<Self> {
        let pem = Pem { certificate: certificate.into(), key: key.into() };
        Ok(Self { current: ArcSwap::from_pointee(pem.parse()?), files: None })
    }

    /// What new connections are shown.
    pub(in crate::api) fn current(&self) -> Arc<CertifiedKey> {
        self.current.load_full()
    }

    /// Whether there are files that may change.
    pub(in crate::api) fn is_from_files(&self) -> bool {
        self.files.is_some()
    }

    /// Looks at the files until told to stop. Connections that are open keep what they were shown.
    pub(in crate::api) async fn follow(&self, observer: &dyn Observer, stop: &CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_some() {
            match self.reload() {
                Ok(false) => {}
                Ok(true) => {
                    tracing::info!("serving certificate replaced");
                    observer.certificate_reloaded(true);
                }
                Err(error) => {
                    tracing::warn!(
                        error = format!("{error:#}"),
                        "the new serving certificate is unusable and the old one stays; check that the two files were \
                         written together"
                    );
                    observer.certificate_reloaded(false);
                }
            }
        }
    }

    /// Takes the files' content over if it has changed and is usable; whether it has. What is unusable is reported once,
    /// not at every look.
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
        let chain = chain.context("the certificate is no PEM text")?;
        ensure!(!chain.is_empty(), "the certificate's PEM text holds no certificate");
        let key = PrivateKeyDer::from_pem_slice(&self.key).context("the key is no private key as PEM text")?;
        CertifiedKey::from_der(chain, key, &crate::api::tls::provider())
            .context("the certificate and the private key do not belong together or are of an unsupported kind")
    }
}
