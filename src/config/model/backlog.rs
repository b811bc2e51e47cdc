//! One of `backlogs`.

use serde::Deserialize;

#[cfg(test)]
use super::kind;
use super::{Queues, Vhosts};
use crate::config::setting::Setting;

/// The keys of a backlog that a later version will know.
pub(super) const PLANNED: &[&str] = &["slo", "serviceTime", "concurrency"];

/// This version refuses the keys `slo`, `serviceTime` and `concurrency`, which a later one may have.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(extend("required" = ["name", "queues"])))]
#[cfg_attr(test, schemars(extend("not" = {"required": ["vhost", "vhosts"]})))]
pub(crate) struct Backlog {
    /// What the selector label `backlog` refers to. The rules for a broker's name apply.
    #[cfg_attr(test, schemars(with = "kind::Name"))]
    pub(crate) name: Setting<String>,
    /// The broker that the queues are on; required when there are several.
    ///
    /// Default: the only broker
    #[cfg_attr(test, schemars(with = "kind::BrokerName"))]
    pub(crate) broker: Setting<String>,
    /// The virtual host that the queues are in.
    ///
    /// Default: `defaultVhost` of the broker
    #[cfg_attr(test, schemars(with = "kind::Text"))]
    pub(crate) vhost: Setting<String>,
    /// Several virtual hosts in place of `vhost`; their queues become one number.
    pub(crate) vhosts: Setting<Vhosts>,
    /// Which queues belong to it.
    pub(crate) queues: Setting<Queues>,
    /// How the numbers of several queues become one.
    ///
    /// Default: `sum`
    pub(crate) aggregate: Setting<Aggregate>,
    /// What a queue that does not exist counts as: an error, on which the HPA keeps its replicas, or no messages. It applies in
    /// each listed virtual host.
    ///
    /// Default: `error`
    pub(crate) when_missing: Setting<WhenMissing>,
}

/// How the numbers of several queues become one.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub(crate) enum Aggregate {
    #[default]
    Sum,
    Max,
    Avg,
}

/// What a queue that does not exist means.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub(crate) enum WhenMissing {
    #[default]
    Error,
    Zero,
}

impl From<Aggregate> for leveret_core::backlog::Aggregate {
    fn from(aggregate: Aggregate) -> Self {
        match aggregate {
            Aggregate::Sum => Self::Sum,
            Aggregate::Max => Self::Max,
            Aggregate::Avg => Self::Avg,
        }
    }
}

impl From<WhenMissing> for leveret_core::backlog::WhenMissing {
    fn from(when_missing: WhenMissing) -> Self {
        match when_missing {
            WhenMissing::Error => Self::Error,
            WhenMissing::Zero => Self::Zero,
        }
    }
}
