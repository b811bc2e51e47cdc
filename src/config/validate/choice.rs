//! Which queues and virtual hosts a backlog has: by name or by pattern.

use std::collections::HashSet;

use super::pattern::pattern;
use crate::config::findings::Findings;
use crate::config::model;
use crate::config::setting::{Given, Setting};
use leveret_core::Choice;
use leveret_core::choice::looks_like_a_pattern;

/// The longest name of AMQP 0-9-1.
const NAME_BYTES_MAX: usize = 255;

/// The queues, if `names` or `match` can be used.
pub(super) fn queues(given: &Given<model::Queues>, findings: &mut Findings) -> Option<Choice> {
    let Given { value: model, place } = given;
    match (&model.names, &model.matching) {
        (Setting::Absent, Setting::Absent) => {
            findings.add(*place, "neither `names` nor `match` is given", "add one of them");
        }
        (Setting::Given(_), Setting::Given(given)) => {
            findings.add(given.place, "both `names` and `match` are given", "keep one of them, or make two backlogs");
        }
        (Setting::Given(_), Setting::Absent | Setting::Invalid) => {
            if let Some(exclude) = model.exclude.given() {
                findings.add(exclude.place, "`exclude` needs `match`", "remove it: `names` already says which queues");
            }
        }
        (Setting::Absent | Setting::Invalid, _) => {}
    }
    let exclude = model.exclude.given().map(|given| pattern(given, findings));
    let matching = model.matching.given().map(|given| pattern(given, findings));
    if let Some(given) = model.names.given() {
        super::bounded(&given.value, given.place, model::NAMES_MAX, findings);
        return Some(Choice::Names(names(&given.value, "queue", findings)));
    }
    Some(Choice::Pattern { matching: matching??, exclude: exclude.map_or(Some(None), |it| it.map(Some))? })
}

/// The virtual hosts, if they are given by `vhost` or by `vhosts` and can be used.
pub(super) fn vhosts(model: &model::Backlog, findings: &mut Findings) -> Option<Choice> {
    if let Some(Given { value: name, place }) = model.vhost.given() {
        if looks_like_a_pattern(name) {
            let advice =
                "write `vhosts: {match: …}` for a pattern; a name with such characters goes into `vhosts: […]`";
            findings.add(*place, "this looks like a pattern, and `vhost` takes a name", advice);
        }
        if let Some(several) = model.vhosts.given() {
            findings.add(several.place, "both `vhost` and `vhosts` are given", "keep one of them");
        }
        return Some(Choice::Names(vec![name.as_str().into()]));
    }
    let Given { value, place } = model.vhosts.given()?;
    match value {
        model::Vhosts::Names(list) => {
            super::bounded(list, *place, model::VHOSTS_MAX, findings);
            Some(Choice::Names(names(list, "virtual host", findings)))
        }
        model::Vhosts::Pattern(model) => {
            if model.matching.is_absent() {
                findings.add(*place, "`match` is missing", "add `match: 'tenant-.*'`, or write a list of names");
            }
            let exclude = model.exclude.given().map(|given| pattern(given, findings));
            let matching = model.matching.given().map(|given| pattern(given, findings));
            Some(Choice::Pattern { matching: matching??, exclude: exclude.map_or(Some(None), |it| it.map(Some))? })
        }
    }
}

fn names(given: &[Setting<String>], noun: &str, findings: &mut Findings) -> Vec<Box<str>> {
    let mut seen = HashSet::new();
    for Given { value: name, place } in given.iter().filter_map(Setting::given) {
        if name.len() > NAME_BYTES_MAX {
            let reason = format!("this {noun}'s name has {} bytes", name.len());
            findings.add(*place, reason, format!("RabbitMQ allows at most {NAME_BYTES_MAX}: check it"));
        } else if !seen.insert(name.as_str()) {
            findings.add(*place, format!("this {noun} is given twice"), "remove one of them");
        }
    }
    given.iter().filter_map(Setting::value).map(|name| name.as_str().into()).collect()
}
