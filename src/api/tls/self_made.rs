//! A certificate that nobody but this process has signed, for a server on this machine.

use anyhow::{Context, Result};

use super::ServingCertificate;

/// A serving certificate and what its clients must trust.
pub struct SelfMade {
    /// What the server shows.
    pub certificate: ServingCertificate,
    /// The certificate as PEM text, the only one that clients need to trust.
    pub authority_pem: String,
}

impl SelfMade {
    /// A certificate for these host names and addresses, whose private key never leaves the process.
    pub fn new(hosts: &[&str]) -> Result<Self> {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let made = rcgen::generate_simple_self_signed(hosts).context("cannot make a serving certificate")?;
        let authority_pem = made.cert.pem();
        let certificate = ServingCertificate::from_pem(&authority_pem, &made.signing_key.serialize_pem())?;
        Ok(Self { certificate, authority_pem })
    }
}
