//! Certificate authorities and certificates for one test.

use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};

/// A certificate authority.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate with its key, as PEM files.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    /// The certificate's file.
    pub(crate) certificate: PathBuf,
    /// The private key's file.
    pub(crate) key: PathBuf,
}

impl Certificate {
    /// The certificate that was issued into this folder under this name.
    pub(crate) fn in_folder(folder: &Path, name: &str) -> Self {
        Self { certificate: folder.join(format!("{name}.crt")), key: folder.join(format!("{name}.key")) }
    }
}

impl Authority {
    /// A new authority.
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        Self(CertifiedIssuer::self_signed(params, new_key()).expect("the parameters are valid"))
    }

    /// The authority's own certificate.
    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// Writes the authority's own certificate.
    pub(crate) fn write(&self, path: &Path) -> PathBuf {
        std::fs::write(path, self.pem()).expect("the test's folder is writable");
        path.to_owned()
    }

    /// A certificate for a server under these DNS names and addresses.
    pub(crate) fn server(&self, folder: &Path, name: &str, subjects: &[&str]) -> Certificate {
        let subjects: Vec<String> = subjects.iter().map(|&subject| subject.to_owned()).collect();
        let mut params = CertificateParams::new(subjects).expect("the names are valid");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(folder, name, &params)
    }

    /// A certificate for a client: a user of some groups.
    pub(crate) fn client(&self, folder: &Path, user: &str, groups: &[&str]) -> Certificate {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, user);
        for group in groups {
            params.distinguished_name.push(DnType::OrganizationName, *group);
        }
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(folder, &user.replace(':', "-"), &params)
    }

    fn issue(&self, folder: &Path, name: &str, params: &CertificateParams) -> Certificate {
        let key = new_key();
        let certificate = params.signed_by(&key, &self.0).expect("the parameters are valid");
        std::fs::create_dir_all(folder).expect("the test's folder is writable");
        let files = Certificate::in_folder(folder, name);
        std::fs::write(&files.certificate, certificate.pem()).expect("the test's folder is writable");
        std::fs::write(&files.key, key.serialize_pem()).expect("the test's folder is writable");
        files
    }
}

fn new_key() -> KeyPair {
    KeyPair::generate().expect("a key can be made")
}
