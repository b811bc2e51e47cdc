//! Certificates and the clients built with them.

use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Client, Identity};

use super::{Fault, Pinned};
use crate::config::TlsFiles;
use leveret_core::observation::FailureKind;
use leveret_runtime::file::read_file;

/// What the certificate files held when they were last read.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Material {
    ca: Option<Vec<u8>>,
    identity: Option<Vec<u8>>,
    system_roots: bool,
}

/// A name that did not resolve: a type, so that it can be told from other connection failures.
#[derive(Debug, thiserror::Error)]
#[error("`{host}` does not resolve: {cause}")]
pub(super) struct Unresolved {
    host: String,
    cause: std::io::Error,
}

struct SystemResolver;

impl Material {
    /// Reads the files again, the client's certificate and key as one.
    pub(super) fn reread(&self, files: &TlsFiles) -> Result<Self, Fault> {
        let read = |path| read_file(path).map_err(|message| Fault::new(FailureKind::Credentials, message));
        let ca = files.ca.as_deref().map(read).transpose()?;
        let mut identity = files.certificate.as_deref().map(read).transpose()?;
        if let (Some(identity), Some(key)) = (&mut identity, &files.key) {
            identity.push(b'\n');
            identity.extend(read(key)?);
        }
        Ok(Self { ca, identity, system_roots: self.system_roots })
    }

    /// Whether an `https` URL needs the system's certificate authorities and they were not asked for yet.
    pub(super) fn needs_roots(&self) -> bool {
        self.ca.is_none() && !self.system_roots
    }

    /// From now on clients trust the system's certificate authorities.
    pub(super) fn use_system_roots(&mut self) {
        self.system_roots = true;
    }

    /// A client that trusts the configured authorities; the system's only if they were asked for, because a container
    /// without a bundle of them could otherwise not even read a broker over plain `http`.
    pub(super) fn client(&self, connect_timeout: Duration, pinned: Option<&Pinned>) -> Result<Client, Fault> {
        // Building a client panics without a process-wide provider. That one is installed already is no error.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .gzip(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(connect_timeout)
            .dns_resolver(SystemResolver)
            .user_agent(concat!("leveret/", env!("CARGO_PKG_VERSION")));
        if let Some(pem) = &self.ca {
            let roots = Certificate::from_pem_bundle(pem).map_err(|error| unusable("`tls.caFile`", &error))?;
            if roots.is_empty() {
                let message = "`tls.caFile` holds no certificate; it must be PEM".to_owned();
                return Err(Fault::new(FailureKind::Credentials, message));
            }
            builder = builder.tls_certs_only(roots);
        } else if !self.system_roots {
            builder = builder.tls_certs_only([]);
        }
        if let Some(pem) = &self.identity {
            let identity =
                Identity::from_pem(pem).map_err(|error| unusable("`tls.certFile` with `tls.keyFile`", &error))?;
            builder = builder.identity(identity);
        }
        if let Some(Pinned { host, address }) = pinned {
            builder = builder.resolve(host, *address);
        }
        builder.build().map_err(|error| {
            let causes = super::blame::chain(&error);
            Fault::new(
                FailureKind::Tls,
                format!(
                    "no TLS client can be made: {causes}; name a CA in `tls.caFile`, or install the system's bundle"
                ),
            )
        })
    }
}

fn unusable(what: &str, error: &reqwest::Error) -> Fault {
    let causes = super::blame::chain(error);
    Fault::new(FailureKind::Credentials, format!("{what} cannot be used: {causes}; it must be PEM"))
}

impl std::fmt::Debug for Material {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Material").field("system_roots", &self.system_roots).finish_non_exhaustive()
    }
}

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            // Port 0 stands for the URL's.
            let found = tokio::net::lookup_host((host.as_str(), 0)).await.map(Vec::from_iter);
            match found {
                Ok(addresses) => Ok(Box::new(addresses.into_iter()) as Addrs),
                Err(cause) => Err(Box::new(Unresolved { host, cause }) as Box<dyn std::error::Error + Send + Sync>),
            }
        })
    }
}
