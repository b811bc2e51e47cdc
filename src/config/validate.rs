//! From the model to the configuration that the program uses. Finds everything that is wrong with it, file or flags.

mod backlog;
mod broker;
mod choice;
mod credentials;
mod endpoint;
mod name;
mod pattern;
mod timing;

use std::ffi::OsString;
use std::sync::Arc;

use super::findings::Findings;
use super::model;
use super::place::Place;
use super::setting::{Given, Setting};
use super::{Config, Connection};
use name::Names;

/// What looks up an environment variable.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The configuration, if nothing is wrong with it; otherwise there is at least one finding.
pub(super) fn config(
    model: &Setting<model::Config>,
    environment: Environment<'_>,
    findings: &mut Findings,
) -> Option<Config> {
    let Given { value: model, place } = model.given()?;
    if model.brokers.is_absent() {
        findings.add(*place, "`brokers` is missing", "add it with at least one broker");
    }
    let mut connections = Vec::new();
    if let Some(brokers) = model.brokers.given() {
        bounded(&brokers.value, brokers.place, model::BROKERS_MAX, findings);
        name::distinct(brokers.value.iter().map(|it| it.inner(|broker| &broker.name)), findings);
        let given = brokers.value.iter().map(Setting::given);
        connections = given.map(|it| it.and_then(|it| broker::broker(it, environment, findings))).collect();
    }
    // What only a complete list of brokers can show is not reported of an incomplete one.
    let connections: Option<Vec<Arc<Connection>>> = connections.into_iter().map(|it| it.map(Arc::new)).collect();
    let known = Names::of(&model.brokers);

    let mut backlogs = Vec::new();
    if let Some(given) = model.backlogs.given() {
        bounded(&given.value, given.place, model::BACKLOGS_MAX, findings);
        name::distinct(given.value.iter().map(|it| it.inner(|backlog| &backlog.name)), findings);
        for it in given.value.iter().filter_map(Setting::given) {
            backlogs.extend(backlog::backlog(it, known.as_ref(), connections.as_deref(), findings).map(Arc::new));
        }
    }
    let config = Config::new(connections?, backlogs);
    findings.is_empty().then_some(config)
}

/// Reports a list that is empty or too long.
fn bounded<T>(list: &[T], place: Place, max: usize, findings: &mut Findings) {
    match list.len() {
        0 => findings.add(place, "this list is empty", "write at least one element, or remove the key"),
        len if len > max => {
            findings.add(place, format!("this list has {len} elements"), format!("the limit is {max}: divide it"));
        }
        _ => {}
    }
}
