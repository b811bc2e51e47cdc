//! The certificate that Leveret serves with, and the authority that signed it, which the aggregator is configured to trust.

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

/// How far the clock of a verifier may be behind.
const SKEW: Duration = Duration::from_secs(60 * 60);

/// Certificates in PEM.
pub(super) struct Certificates {
    pub(super) authority: String,
    pub(super) certificate: String,
    pub(super) key: String,
}

/// Makes an authority, has it sign one certificate, and forgets the authority's key: nothing else can be signed with it.
pub(super) fn issue() -> Result<Certificates> {
    let authority = authority().context("cannot make a certificate authority")?;
    let key = KeyPair::generate().context("cannot make a key")?;
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
