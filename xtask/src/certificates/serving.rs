//! Leveret's serving certificate, and the authority that signs it, which the aggregator trusts.

use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};

/// The name that the aggregator verifies: `SERVICE.NAMESPACE.svc` of the `APIService`.
const NAME: &str = "leveret.leveret.svc";

/// How long both are valid: a year.
pub(super) const VALID: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How far a client's clock may be behind.
const SKEW: Duration = Duration::from_secs(60 * 60);

/// Certificates in PEM.
pub(super) struct Certificates {
    pub(super) authority: String,
    pub(super) certificate: String,
    pub(super) key: String,
}

/// Creates an authority, signs one certificate with it, and drops the authority's key, so that it can sign no other.
pub(super) fn issue() -> Result<Certificates> {
    let authority = authority().context("cannot create a certificate authority")?;
    let key = KeyPair::generate().context("cannot create a key")?;
    let certificate = certificate()?.signed_by(&key, &authority).context("cannot sign the certificate")?;
    Ok(Certificates { authority: authority.pem(), certificate: certificate.pem(), key: key.serialize_pem() })
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>> {
    let mut params = params(Vec::new(), "leveret-example-ca")?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
}

fn certificate() -> Result<CertificateParams> {
    let mut params = params(vec![NAME.to_owned()], NAME)?;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn params(names: Vec<String>, common_name: &str) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, common_name);
    let now = SystemTime::now();
    params.not_before = (now - SKEW).into();
    params.not_after = (now + VALID).into();
    Ok(params)
}
