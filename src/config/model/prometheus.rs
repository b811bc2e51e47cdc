//! `prometheus` of a broker.

use serde::Deserialize;

use super::List;
#[cfg(test)]
use super::kind;
use crate::config::setting::Setting;

/// How many nodes one broker may list.
pub(crate) const NODES_MAX: usize = 64;

/// Exactly one of `urls` and `dns`. **Every** node must be read, because each reports only its own queues; a Service in
/// front of several nodes leads to only one of them at a time. Besides `/metrics/detailed`, Leveret reads `/metrics`, where a
/// node lists the members of its cluster; without that list it cannot prove that a queue does not exist.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(extend(
        "oneOf" = [{"required": ["urls"]}, {"required": ["dns"]}],
        "dependentRequired" = {"serverName": ["dns"]}
    )))]
pub(crate) struct Prometheus {
    /// One base URL for each node, such as `http://rabbit-0.example:15692`, without `/metrics`.
    #[cfg_attr(test, schemars(with = "Vec<kind::Url>", length(min = 1, max = NODES_MAX)))]
    pub(crate) urls: Setting<List<String>>,
    /// A name behind which all nodes are, such as a headless Service; every address of it is read. The scheme is `http` and
    /// the port 15692 unless the value says otherwise.
    #[cfg_attr(test, schemars(with = "kind::Dns"))]
    pub(crate) dns: Setting<String>,
    /// The name to verify in the nodes' certificates, only with `dns` and `https`, such as `any.rabbit-nodes.rabbit.svc` if
    /// they are issued for `*.rabbit-nodes.rabbit.svc`. Default: the name in `dns`
    #[cfg_attr(test, schemars(with = "kind::HostName"))]
    pub(crate) server_name: Setting<String>,
}
