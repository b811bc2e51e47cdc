//! `queues` of a backlog.

use serde::Deserialize;

use super::List;
#[cfg(test)]
use super::kind;
use crate::config::setting::Setting;

/// How many queues a backlog may list.
pub(crate) const NAMES_MAX: usize = 1_000;

/// Exactly one of `names` and `match`.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("oneOf" = [{"required": ["names"]}, {"required": ["match"]}])))]
#[cfg_attr(test, schemars(extend("dependentRequired" = {"exclude": ["match"]})))]
pub(crate) struct Queues {
    /// The queues, each of which is expected to exist. Names are taken literally.
    #[cfg_attr(test, schemars(with = "Vec<kind::Text>", length(min = 1, max = NAMES_MAX)))]
    pub(crate) names: Setting<List<String>>,
    /// Every queue whose **whole** name matches: `orders` does not match `orders.eu`.
    #[serde(rename = "match")]
    #[cfg_attr(test, schemars(with = "kind::Pattern"))]
    pub(crate) matching: Setting<String>,
    /// Leaves out the queues whose whole name matches this, too.
    #[cfg_attr(test, schemars(with = "kind::Pattern"))]
    pub(crate) exclude: Setting<String>,
}
