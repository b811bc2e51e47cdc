//! A bundle of certificate authorities, and whether a client's chain leads to one of them.

use std::fmt;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;

use super::{PeerChain, Rejected};
use crate::api::tls;

/// Certificate authorities whose client certificates are believed.
#[derive(Clone)]
pub(in crate::api) struct ClientCa {
    verifier: Arc<dyn ClientCertVerifier>,
}

impl ClientCa {
    /// Reads a PEM bundle, every certificate of which must be usable.
    ///
    /// # Errors
    /// A message that says what is wrong with which certificate.
    pub(in crate::api) fn from_pem(pem: &str) -> Result<Self, String> {
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

    /// The authorities' names, by which a client chooses among its certificates.
    pub(in crate::api) fn subjects(&self) -> &[rustls::DistinguishedName] {
        self.verifier.root_hint_subjects()
    }

    /// Checks that a chain leads to one of the authorities, is valid at `now` and is meant for clients. The leaf.
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
