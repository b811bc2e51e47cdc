//! How to authenticate callers: the content of the ConfigMap `kube-system/extension-apiserver-authentication`.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::HeaderName;
use rustls::DistinguishedName;

use super::client_ca::ClientCa;

/// The certificate authorities and header names that the Kubernetes API server publishes for servers like this one.
#[derive(Clone, Debug)]
pub struct AuthConfig {
    /// The authorities that sign client certificates.
    pub(super) client_ca: Option<ClientCa>,
    /// How the front proxy passes callers on.
    pub(super) front_proxy: Option<FrontProxy>,
    /// The subjects of all authorities.
    subjects: Arc<[DistinguishedName]>,
}

/// Which certificates are a front proxy's, and in which headers it names the caller.
#[derive(Clone, Debug)]
pub(super) struct FrontProxy {
    pub(super) ca: ClientCa,
    /// The common names that the proxy's certificate may have; if empty, any.
    pub(super) allowed_names: Vec<String>,
    pub(super) username_headers: Vec<HeaderName>,
    pub(super) uid_headers: Vec<HeaderName>,
    pub(super) group_headers: Vec<HeaderName>,
    /// In lower case.
    pub(super) extra_prefixes: Vec<String>,
}

impl AuthConfig {
    /// Parses the ConfigMap's data.
    ///
    /// # Errors
    /// The key and what is wrong with it. No part of such a ConfigMap is used.
    pub fn from_config_map(data: &BTreeMap<String, String>) -> Result<Self, String> {
        let ca = |key: &str| match data.get(key).filter(|pem| !pem.trim().is_empty()) {
            None => Ok(None),
            Some(pem) => ClientCa::from_pem(pem).map(Some).map_err(|error| format!("`{key}`: {error}")),
        };
        let client_ca = ca("client-ca-file")?;
        let front_proxy = match ca("requestheader-client-ca-file")? {
            None => None,
            Some(ca) => Some(FrontProxy {
                ca,
                allowed_names: strings(data, "requestheader-allowed-names")?,
                username_headers: headers(data, "requestheader-username-headers")?,
                uid_headers: headers(data, "requestheader-uid-headers")?,
                group_headers: headers(data, "requestheader-group-headers")?,
                extra_prefixes: strings(data, "requestheader-extra-headers-prefix")?
                    .into_iter()
                    .map(|prefix| prefix.to_lowercase())
                    .collect(),
            }),
        };
        if client_ca.is_none() && front_proxy.is_none() {
            return Err("neither `requestheader-client-ca-file` nor `client-ca-file` is set".to_owned());
        }
        let authorities = [client_ca.as_ref(), front_proxy.as_ref().map(|proxy: &FrontProxy| &proxy.ca)];
        let subjects = authorities.into_iter().flatten().flat_map(ClientCa::subjects).cloned().collect();
        Ok(Self { client_ca, front_proxy, subjects })
    }

    /// The subjects of all authorities, by which clients choose their certificate.
    pub(super) fn subjects(&self) -> Arc<[DistinguishedName]> {
        Arc::clone(&self.subjects)
    }
}

/// A JSON list of strings; an absent key is an empty list.
fn strings(data: &BTreeMap<String, String>, key: &str) -> Result<Vec<String>, String> {
    let Some(text) = data.get(key).filter(|text| !text.trim().is_empty()) else { return Ok(Vec::new()) };
    serde_json::from_str(text).map_err(|error| format!("`{key}` is not a JSON list of strings: {error}"))
}

fn headers(data: &BTreeMap<String, String>, key: &str) -> Result<Vec<HeaderName>, String> {
    strings(data, key)?
        .iter()
        .map(|name| name.trim().parse().map_err(|_| format!("`{key}` contains `{name}`, which is not a header name")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuse(data: &[(&str, &str)], expected: &str) {
        let data = data.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let error = AuthConfig::from_config_map(&data).expect_err("unusable");
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn an_unusable_config_map_is_refused_with_its_key() {
        let ca = leveret_harness::Authority::new("front-proxy").pem();
        refuse(&[], "neither");
        refuse(&[("client-ca-file", " ")], "neither");
        refuse(&[("client-ca-file", "not a certificate")], "`client-ca-file`: it holds no certificate");
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        refuse(&[("client-ca-file", &format!("{ca}{broken}"))], "certificate 2");
        let proxy = ("requestheader-client-ca-file", &*ca);
        refuse(&[proxy, ("requestheader-allowed-names", "front")], "`requestheader-allowed-names` is not a JSON list");
        refuse(&[proxy, ("requestheader-username-headers", r#"["X Remote"]"#)], "not a header name");
    }
}
