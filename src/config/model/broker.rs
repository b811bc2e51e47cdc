//! One of `brokers`.

use serde::Deserialize;

#[cfg(test)]
use super::kind;
use super::{Credentials, Management, Prometheus, Tls};
use crate::config::setting::Setting;

/// At least one of `management` and `prometheus` is required. With both, Prometheus is read first, and the management API
/// fills in what is missing.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(extend("required" = ["name"])))]
pub(crate) struct Broker {
    /// What the selector label `broker` refers to: letters, digits and, between them, `-`, `_` and `.`. Two names must differ
    /// by more than case.
    #[cfg_attr(test, schemars(with = "kind::Name"))]
    pub(crate) name: Setting<String>,
    /// The management API, which needs `credentials`.
    pub(crate) management: Setting<Management>,
    /// The Prometheus endpoints of all nodes.
    pub(crate) prometheus: Setting<Prometheus>,
    /// The user to log in as.
    pub(crate) credentials: Setting<Credentials>,
    /// Certificates, for `https` URLs.
    ///
    /// Default: the system's authorities
    pub(crate) tls: Setting<Tls>,
    /// The virtual host of selectors and backlogs that name none.
    ///
    /// Default: `/`
    #[cfg_attr(test, schemars(with = "kind::Text"))]
    pub(crate) default_vhost: Setting<String>,
    /// From the beginning of one read to the beginning of the next. It grows, to 15 s or half of `maxSampleAge` at most, where reads would take more
    /// than a tenth of one core of the broker, or cost it more than a request for each wanted queue every 15 s.
    ///
    /// Default: `5s`
    #[cfg_attr(test, schemars(with = "kind::PollInterval"))]
    pub(crate) poll_interval: Setting<String>,
    /// How long one read may take in total.
    ///
    /// Default: `4s`, or 4/5 of `pollInterval` if that is shorter
    #[cfg_attr(test, schemars(with = "kind::Timeout"))]
    pub(crate) timeout: Setting<String>,
    /// The age beyond which a number is no longer served: the HPA gets an error and keeps its replicas.
    ///
    /// Default: `30s`, or three `pollInterval` if that is longer
    #[cfg_attr(test, schemars(with = "kind::MaxSampleAge"))]
    pub(crate) max_sample_age: Setting<String>,
}
