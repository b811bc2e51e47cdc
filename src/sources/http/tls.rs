//! Certificates and the clients built with them.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Certificate, Client, Identity};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::Pinned;
use super::causes::{causes, chain};
use super::resolve::SystemResolver;
use crate::config::TlsFiles;
use crate::expiry::expiry;
use leveret_core::observation::{Failure, FailureKind};
use leveret_runtime::file::read_file;

/// How long a connection without a request is kept. RabbitMQ 4.0 closes it 5 s after its last answer, 3.10 after 60 s.
const IDLE_MAX: Duration = Duration::from_secs(4);

/// How many connections without a request are kept for each host: what a read that asks one thing after another needs.
const IDLE_COUNT_MAX: usize = 1;

/// The client certificate, as the file and the flags call it.
const CERTIFICATE: &str = "`tls.certFile` (`--cert-file`)";

/// The key of the client certificate, as the file and the flags call it.
const KEY: &str = "`tls.keyFile` (`--key-file`)";

/// The contents of the certificate files when they were last read.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Material {
    ca: Option<Vec<u8>>,
    identity: Option<Vec<u8>>,
    system_roots: bool,
}

impl Material {
    /// Reads the files again. The client's certificate and key become one PEM text.
    pub(super) fn reread(&self, files: &TlsFiles) -> Result<Self, Failure> {
        let read = |path| read_file(path).map_err(|error| Failure::new(FailureKind::Credentials, error));
        let ca = files.ca.as_deref().map(read).transpose()?;
        let mut identity = files.certificate.as_deref().map(read).transpose()?;
        if let (Some(identity), Some(key)) = (&mut identity, &files.key) {
            identity.push(b'\n');
            identity.extend(read(key)?);
        }
        Ok(Self { ca, identity, system_roots: self.system_roots })
    }

    /// When the client certificate, with its chain, expires; none without one, or if that cannot be told.
    pub(super) fn expiry(&self) -> Option<Timestamp> {
        let chain = CertificateDer::pem_slice_iter(self.identity.as_deref()?).collect::<Result<Vec<_>, _>>();
        expiry(&chain.ok()?)
    }

    /// Whether an `https` URL needs the system's certificate authorities and they are not in use yet.
    pub(super) fn needs_roots(&self) -> bool {
        self.ca.is_none() && !self.system_roots
    }

    /// From now on clients trust the system's certificate authorities.
    pub(super) fn use_system_roots(&mut self) {
        self.system_roots = true;
    }

    /// A client that trusts the configured authorities. It trusts the system's only after `use_system_roots`, because in a
    /// container that has none even a client for plain `http` could not be built with them.
    pub(super) fn client(&self, connect_timeout: Duration, pinned: Option<&Pinned>) -> Result<Client, Failure> {
        // Building a client panics without a process-wide provider. Ignore the error if one is already installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .gzip(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(connect_timeout)
            .pool_idle_timeout(IDLE_MAX)
            .pool_max_idle_per_host(IDLE_COUNT_MAX)
            .dns_resolver(SystemResolver)
            .user_agent(concat!("leveret/", env!("CARGO_PKG_VERSION")));
        if let Some(pem) = &self.ca {
            let roots =
                Certificate::from_pem_bundle(pem).map_err(|error| unusable("`tls.caFile` (`--ca-file`)", &error))?;
            if roots.is_empty() {
                let message = "`tls.caFile` (`--ca-file`) contains no certificate; it must be PEM";
                return Err(Failure::new(FailureKind::Credentials, message));
            }
            builder = builder.tls_certs_only(roots);
        } else if !self.system_roots {
            builder = builder.tls_certs_only([]);
        }
        if let Some(pem) = &self.identity {
            let identity =
                Identity::from_pem(pem).map_err(|error| unusable(&format!("{CERTIFICATE} with {KEY}"), &error))?;
            builder = builder.identity(identity);
        }
        if let Some(Pinned { host, address }) = pinned {
            builder = builder.resolve(host, *address);
        }
        builder.build().map_err(|error| {
            if causes(&error).any(|cause| matches!(cause.downcast_ref(), Some(rustls::Error::InconsistentKeys(_)))) {
                let message = format!(
                    "the certificate in {CERTIFICATE} and the key in {KEY} do not belong together; give the two files of one \
                     pair"
                );
                return Failure::new(FailureKind::Credentials, message);
            }
            let causes = chain(&error);
            Failure::new(
                FailureKind::Tls,
                format!(
                    "cannot set up TLS: {causes}; set `tls.caFile` (`--ca-file`), or install the system's bundle of \
                     authorities"
                ),
            )
        })
    }
}

fn unusable(what: &str, error: &reqwest::Error) -> Failure {
    let causes = chain(error);
    Failure::new(FailureKind::Credentials, format!("{what} cannot be used: {causes}; it must be PEM"))
}

impl std::fmt::Debug for Material {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Material").field("system_roots", &self.system_roots).finish_non_exhaustive()
    }
}
