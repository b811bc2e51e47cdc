//! From what the user wrote to what the program uses. Finds everything that is wrong, whoever wrote it.

mod backlog;
mod broker;
mod credentials;
mod endpoint;
mod name;
mod pattern;
mod timing;

use std::sync::Arc;

use super::problem::Findings;
use super::raw::RawConfig;
use super::source::Place;
use super::{Config, Connection};

/// How many brokers one Leveret reads.
const BROKERS_MAX: usize = 64;
/// How many backlogs may be configured.
const BACKLOGS_MAX: usize = 10_000;

/// The configuration, if nothing is wrong with it; otherwise there is at least one finding.
pub(super) fn config(raw: &RawConfig, findings: &mut Findings) -> Option<Config> {
    let mut backlogs = Vec::new();
    if raw.brokers.is_absent() {
        findings.add(&Place::Whole, "there is no broker to read", "add `brokers` with at least one broker");
    }
    // What only a complete list of brokers can tell is not told of an incomplete one.
    let mut connections: Option<Vec<Arc<Connection>>> = None;
    if let Some(given) = raw.brokers.given() {
        bounded(&given.place, "brokers", given.value.len(), BROKERS_MAX, findings);
        name::distinct("broker", given.value.iter().map(|broker| &broker.name), findings);
        // Each is checked, also after one that is wrong.
        let checked: Vec<_> = given.value.iter().map(|it| broker::broker(it, raw.origin, findings)).collect();
        connections = checked.into_iter().map(|broker| broker.map(Arc::new)).collect();
    }
    if let Some(given) = raw.backlogs.given() {
        bounded(&given.place, "backlogs", given.value.len(), BACKLOGS_MAX, findings);
        name::distinct("backlog", given.value.iter().map(|backlog| &backlog.name), findings);
        let known = name::all(raw.brokers.given().into_iter().flat_map(|given| &given.value).map(|it| &it.name));
        for written in &given.value {
            if let Some(backlog) = backlog::backlog(written, known.as_deref(), connections.as_deref(), findings) {
                backlogs.push(Arc::new(backlog));
            }
        }
    }
    let config = Config::new(connections?, backlogs);
    findings.is_empty().then_some(config)
}

/// Tells a list that is empty or too long.
fn bounded(place: &Place, key: &str, len: usize, max: usize, findings: &mut Findings) {
    if len == 0 {
        findings.add(place, format!("`{key}` is empty"), "write at least one element, or remove the key");
    } else if len > max {
        findings.add(place, format!("`{key}` has {len} elements"), format!("the limit is {max}: divide them"));
    }
}
