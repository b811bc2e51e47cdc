//! A bundle of certificate authorities, and the verification of client certificates against it.

use std::fmt;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;

use super::Rejected;
use crate::api::net::handler::PeerChain;
use crate::api::net::tls;

/// Certificate authorities that may sign client certificates.
#[derive(Clone)]
pub(super) struct ClientCa {
    verifier: Arc<dyn ClientCertVerifier>,
}

impl ClientCa {
    /// Parses a PEM bundle, in which every certificate must be usable.
    ///
    /// # Errors
    /// Which certificate is unusable and why.
    pub(super) fn from_pem(pem: &str) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        for (index, certificate) in CertificateDer::pem_slice_iter(pem.as_bytes()).enumerate() {
            let certificate = certificate.map_err(|error| format!("certificate {}: {error}", index + 1))?;
            roots.add(certificate).map_err(|error| format!("certificate {}: {error}", index + 1))?;
        }
        if roots.is_empty() {
            return Err("it holds no certificate".to_owned());
        }
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), tls::provider())
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { verifier })
    }

    /// The authorities' subjects, by which a client chooses its certificate.
    pub(super) fn subjects(&self) -> &[rustls::DistinguishedName] {
        self.verifier.root_hint_subjects()
    }

    /// Verifies that a chain leads to one of the authorities, is valid at `now` and is meant for clients. Returns the leaf;
    /// `None` if the client presented no certificate.
    pub(super) fn verify<'a>(
        &self,
        peer: &'a PeerChain,
        now: UnixTime,
    ) -> Result<Option<&'a CertificateDer<'static>>, Rejected> {
        let Some((leaf, intermediates)) = peer.split_first() else { return Ok(None) };
        match self.verifier.verify_client_cert(leaf, intermediates, now) {
            Ok(_) => Ok(Some(leaf)),
            Err(error) => Err(Rejected(error.to_string())),
        }
    }
}

impl fmt::Debug for ClientCa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCa").field("subjects", &self.subjects().len()).finish()
    }
}
