//! The configuration as users write it: the one list of its keys. The file and the flags are read into it, and the JSON
//! schema and the tables of docs/configuration.md are made from it. The doc comment of a key is its documentation; a last
//! paragraph that begins with `Default:` becomes the default.
//!
//! Only the form is checked here, what the values mean by `validate`.

mod backlog;
mod broker;
mod credentials;
#[cfg(test)]
mod kind;
mod management;
mod prometheus;
mod queues;
mod tls;
mod vhosts;

use serde::Deserialize;

use super::setting::Setting;

pub(crate) use backlog::{Aggregate, Backlog, WhenMissing};
pub(crate) use broker::Broker;
pub(crate) use credentials::Credentials;
pub(crate) use management::Management;
pub(crate) use prometheus::{NODES_MAX, Prometheus};
pub(crate) use queues::{NAMES_MAX, Queues};
pub(crate) use tls::Tls;
#[cfg(test)]
pub(crate) use vhosts::VhostPattern;
pub(crate) use vhosts::{VHOSTS_MAX, Vhosts};

/// A list in which a broken element hides no other.
pub(crate) type List<T> = Vec<Setting<T>>;

/// How many brokers one Leveret reads.
pub(crate) const BROKERS_MAX: usize = 64;
/// How many backlogs may be configured.
pub(crate) const BACKLOGS_MAX: usize = 10_000;

/// The brokers that Leveret reads and the backlogs that it serves.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(extend("required" = ["brokers"])))]
pub(crate) struct Config {
    /// The RabbitMQ clusters to read.
    #[cfg_attr(test, schemars(length(min = 1, max = BROKERS_MAX)))]
    pub(crate) brokers: Setting<List<Broker>>,
    /// Named views that HPAs select with the label `backlog`. A single queue can be selected without being listed here.
    #[cfg_attr(test, schemars(length(min = 1, max = BACKLOGS_MAX)))]
    pub(crate) backlogs: Setting<List<Backlog>>,
}

/// Whether a key is one that a later version of this structure will have.
pub(crate) fn is_planned(owner: &str, key: &str) -> bool {
    owner == "Backlog" && backlog::PLANNED.contains(&key)
}
