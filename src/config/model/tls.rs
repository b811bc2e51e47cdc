//! `tls` of a broker.

use serde::Deserialize;

#[cfg(test)]
use super::kind;
use crate::config::setting::Setting;

/// Certificates for the connections to a broker, all in PEM.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("dependentRequired" = {"certFile": ["keyFile"], "keyFile": ["certFile"]})))]
pub(crate) struct Tls {
    /// The certificate authorities to trust.
    ///
    /// Default: the system's
    #[cfg_attr(test, schemars(with = "kind::Path"))]
    #[serde(rename = "caFile")]
    pub(crate) ca: Setting<String>,
    /// The client certificate with its chain; needs `keyFile`.
    #[cfg_attr(test, schemars(with = "kind::Path"))]
    #[serde(rename = "certFile")]
    pub(crate) certificate: Setting<String>,
    /// The client certificate's key; needs `certFile`.
    #[cfg_attr(test, schemars(with = "kind::Path"))]
    #[serde(rename = "keyFile")]
    pub(crate) key: Setting<String>,
}
