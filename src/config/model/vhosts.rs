//! `vhosts` of a backlog.

use serde::{Deserialize, Deserializer};

use super::List;
#[cfg(test)]
use super::kind;
use crate::config::either::Either;
use crate::config::setting::Setting;

/// How many virtual hosts a backlog may list.
pub(crate) const VHOSTS_MAX: usize = 1_000;

/// The virtual hosts of a backlog.
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(untagged, inline))]
#[cfg_attr(test, schemars(title = "list of texts, 1 to 1000, or keys, see below"))]
pub(crate) enum Vhosts {
    /// Each is expected to have the queues.
    Names(#[cfg_attr(test, schemars(with = "Vec<kind::Text>", length(min = 1, max = VHOSTS_MAX)))] List<String>),
    /// Those that a pattern chooses.
    Pattern(VhostPattern),
}

/// Either a list, in which each virtual host is expected to have the queues, or these keys, which choose among the virtual hosts
/// that are known to have one of them.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(extend("required" = ["match"])))]
pub(crate) struct VhostPattern {
    /// Every virtual host whose **whole** name matches.
    #[serde(rename = "match")]
    #[cfg_attr(test, schemars(with = "kind::Pattern"))]
    pub(crate) matching: Setting<String>,
    /// Leaves out the virtual hosts whose whole name matches this, too.
    #[cfg_attr(test, schemars(with = "kind::Pattern"))]
    pub(crate) exclude: Setting<String>,
}

impl<'de> Deserialize<'de> for Vhosts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Either::deserialize(deserializer)? {
            Either::List(names) => Self::Names(names),
            Either::Keys(pattern) => Self::Pattern(pattern),
        })
    }
}
