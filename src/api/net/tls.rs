//! The server side of TLS: version 1.2 or newer, HTTP/2 preferred to HTTP/1.1, client certificates requested but never
//! required.

mod client_certs;
mod serving;

use std::sync::Arc;

use anyhow::{Context, Result};
use rustls::crypto::CryptoProvider;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{DistinguishedName, ServerConfig};

use client_certs::AnyClientCert;

pub use serving::ServingCertificate;

/// The cryptography of all connections.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// The settings of connections that present this certificate and, if authorities are given, request a client certificate.
pub fn server_config(
    certificate: Arc<CertifiedKey>,
    authorities: Option<Vec<DistinguishedName>>,
) -> Result<ServerConfig> {
    let builder = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .context("the TLS library offers neither TLS 1.2 nor 1.3")?;
    let builder = match authorities {
        Some(authorities) => builder.with_client_cert_verifier(Arc::new(AnyClientCert::new(authorities))),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(certificate)));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
