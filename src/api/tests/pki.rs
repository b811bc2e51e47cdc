//! Certificate authorities and what they sign.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate authority.
pub(in crate::api) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its private key as PEM texts.
#[derive(Clone)]
pub(in crate::api) struct Pair {
    pub(in crate::api) certificate: String,
    pub(in crate::api) key: String,
}

impl Authority {
    pub(in crate::api) fn new(name: &str) -> Self {
        let mut params = params(&[], name, &[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, key()).expect("signed"))
    }

    pub(in crate::api) fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for `127.0.0.1` and `localhost`.
    pub(in crate::api) fn server(&self) -> Pair {
        let mut params = params(&["localhost", "127.0.0.1"], "server", &[]);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.sign(&params)
    }

    /// A client's certificate.
    pub(in crate::api) fn client(&self, name: &str, organizations: &[&str]) -> Pair {
        let mut params = params(&[], name, organizations);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(&params)
    }

    /// An expired client certificate.
    pub(in crate::api) fn expired_client(&self, name: &str) -> Pair {
        let mut params = params(&[], name, &[]);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
        self.sign(&params)
    }

    fn sign(&self, params: &CertificateParams) -> Pair {
        let key = key();
        let certificate = params.signed_by(&key, &self.0).expect("signed").pem();
        Pair { certificate, key: key.serialize_pem() }
    }
}

impl Pair {
    pub(in crate::api) fn der(&self) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        let chain = CertificateDer::pem_slice_iter(self.certificate.as_bytes()).collect::<Result<_, _>>();
        (chain.expect("PEM"), PrivateKeyDer::from_pem_slice(self.key.as_bytes()).expect("PEM"))
    }
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key")
}

fn params(hosts: &[&str], name: &str, organizations: &[&str]) -> CertificateParams {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut params = CertificateParams::new(hosts).expect("host names");
    params.distinguished_name = rcgen::DistinguishedName::new();
    // rcgen keeps one value of each type. The same type by its number counts as another one, which allows two organizations.
    let types = [DnType::OrganizationName, DnType::CustomDnType(vec![2, 5, 4, 10])];
    assert!(organizations.len() <= types.len(), "at most two organizations");
    for (kind, organization) in types.into_iter().zip(organizations) {
        params.distinguished_name.push(kind, *organization);
    }
    if !name.is_empty() {
        params.distinguished_name.push(DnType::CommonName, name);
    }
    params
}
