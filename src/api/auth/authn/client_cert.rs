//! A client certificate of the cluster: the common name is the user, the organizations are the groups.

use std::collections::BTreeMap;

use rustls::pki_types::{CertificateDer, UnixTime};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::x509::AttributeTypeAndValue;

use super::Rejected;
use super::client_ca::ClientCa;
use crate::api::auth::caller::Caller;
use crate::api::net::handler::PeerChain;
use crate::api::wire::encoding::hex;

/// The extra attribute that carries the certificate's fingerprint.
const CREDENTIAL_ID: &str = "authentication.kubernetes.io/credential-id";

/// The user of a client certificate; `None` if the client presented none or its subject has no common name.
pub(super) fn authenticate(ca: &ClientCa, peer: &PeerChain, now: UnixTime) -> Result<Option<Caller>, Rejected> {
    let verified = ca.verify(peer, now).map_err(|Rejected(why)| Rejected(format!("client certificate: {why}")))?;
    let Some(leaf) = verified else { return Ok(None) };
    let name = common_name(leaf)?;
    if name.is_empty() {
        return Ok(None);
    }
    let parsed = parse(leaf)?;
    let groups = parsed.subject().iter_organization().map(attribute).collect::<Result<_, _>>()?;
    let fingerprint = ring::digest::digest(&ring::digest::SHA256, leaf);
    let fingerprint = format!("X509SHA256={}", hex(fingerprint.as_ref()));
    let extra = BTreeMap::from([(CREDENTIAL_ID.to_owned(), vec![fingerprint])]);
    Ok(Some(Caller { name, uid: None, groups, extra }))
}

/// The certificate's common name: the last one if there are several, empty if there is none.
pub(super) fn common_name(certificate: &CertificateDer<'_>) -> Result<String, Rejected> {
    let parsed = parse(certificate)?;
    parsed.subject().iter_common_name().last().map_or(Ok(String::new()), attribute)
}

fn parse<'a>(certificate: &'a CertificateDer<'_>) -> Result<X509Certificate<'a>, Rejected> {
    let parsed = X509Certificate::from_der(certificate);
    parsed.map(|(_, parsed)| parsed).map_err(|error| Rejected(format!("the certificate cannot be read: {error}")))
}

fn attribute(value: &AttributeTypeAndValue<'_>) -> Result<String, Rejected> {
    let text = value.as_str();
    text.map(str::to_owned).map_err(|error| Rejected(format!("the certificate's subject cannot be read: {error}")))
}
