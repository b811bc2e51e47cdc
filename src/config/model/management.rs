//! `management` of a broker.

use serde::Deserialize;

#[cfg(test)]
use super::kind;
use crate::config::setting::Setting;

/// The management API of any one node, which answers for the whole cluster.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(extend("required" = ["url"])))]
pub(crate) struct Management {
    /// The base URL, such as `https://rabbit.example:15671`, without `/api`. A path of a reverse proxy is kept. A user or
    /// password in it is refused.
    #[cfg_attr(test, schemars(with = "kind::Url"))]
    pub(crate) url: Setting<String>,
}
