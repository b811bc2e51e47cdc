//! Certificate authorities and certificates for one test.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rcgen::{DistinguishedName, KeyUsagePurpose};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate authority.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its private key as PEM texts.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The certificate.
    pub certificate: String,
    /// The private key, in PKCS #8.
    pub key: String,
}

/// A certificate with its key, as PEM files.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The certificate's file.
    pub certificate: PathBuf,
    /// The private key's file.
    pub key: PathBuf,
}

impl Authority {
    /// A new authority with this common name.
    pub fn new(name: &str) -> Self {
        let mut params = params(&[], name, &[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        Self(CertifiedIssuer::self_signed(params, new_key()).expect("the parameters are valid"))
    }

    /// The authority's own certificate.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Writes the authority's own certificate.
    pub fn write(&self, path: &Path) -> PathBuf {
        std::fs::write(path, self.pem()).expect("the test's folder is writable");
        path.to_owned()
    }

    /// A certificate for a server under these DNS names and addresses.
    pub fn server(&self, subjects: &[&str]) -> Pair {
        self.issue(params(subjects, "server", &[]), ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// A certificate for a server under these DNS names and addresses that expires at the beginning of this year.
    pub fn server_until(&self, year: i32, subjects: &[&str]) -> Pair {
        let mut params = params(subjects, "server", &[]);
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        self.issue(params, ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// A certificate for a client: a user of at most two groups.
    pub fn client(&self, user: &str, groups: &[&str]) -> Pair {
        self.issue(params(&[], user, groups), ExtendedKeyUsagePurpose::ClientAuth)
    }

    /// A client's certificate that has expired.
    pub fn expired_client(&self, user: &str) -> Pair {
        let mut params = params(&[], user, &[]);
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
        self.issue(params, ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn issue(&self, mut params: CertificateParams, usage: ExtendedKeyUsagePurpose) -> Pair {
        params.extended_key_usages = vec![usage];
        let key = new_key();
        let certificate = params.signed_by(&key, &self.0).expect("the parameters are valid").pem();
        Pair { certificate, key: key.serialize_pem() }
    }
}

impl Pair {
    /// The certificate and the key, one after the other.
    pub fn pem(&self) -> String {
        self.certificate.clone() + &self.key
    }

    /// The chain and the key as rustls takes them.
    pub fn der(&self) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        let chain = CertificateDer::pem_slice_iter(self.certificate.as_bytes()).collect::<Result<_, _>>();
        (chain.expect("it is PEM"), PrivateKeyDer::from_pem_slice(self.key.as_bytes()).expect("it is PEM"))
    }

    /// Writes both into a folder as `NAME.crt` and `NAME.key`.
    pub fn write(&self, folder: &Path, name: &str) -> Certificate {
        std::fs::create_dir_all(folder).expect("the test's folder is writable");
        let files = Certificate::in_folder(folder, name);
        std::fs::write(&files.certificate, &self.certificate).expect("the test's folder is writable");
        std::fs::write(&files.key, &self.key).expect("the test's folder is writable");
        files
    }
}

impl Certificate {
    /// The certificate that was written into this folder under this name.
    pub fn in_folder(folder: &Path, name: &str) -> Self {
        Self { certificate: folder.join(format!("{name}.crt")), key: folder.join(format!("{name}.key")) }
    }
}

fn new_key() -> KeyPair {
    KeyPair::generate().expect("a key can be made")
}

fn params(subjects: &[&str], name: &str, groups: &[&str]) -> CertificateParams {
    let subjects: Vec<String> = subjects.iter().map(|&subject| subject.to_owned()).collect();
    let mut params = CertificateParams::new(subjects).expect("the names are valid");
    params.distinguished_name = DistinguishedName::new();
    // rcgen keeps one value of each type. The same type by its number counts as another one, which allows two groups.
    let types = [DnType::OrganizationName, DnType::CustomDnType(vec![2, 5, 4, 10])];
    assert!(groups.len() <= types.len(), "at most two groups");
    for (kind, group) in types.into_iter().zip(groups) {
        params.distinguished_name.push(kind, *group);
    }
    if !name.is_empty() {
        params.distinguished_name.push(DnType::CommonName, name);
    }
    params
}
