//! One backlog: a broker, a virtual host, and which queues of it.

use std::collections::HashSet;
use std::sync::Arc;

use super::name::{Names, name};
use super::pattern::pattern;
use crate::config::Connection;
use crate::config::findings::Findings;
use crate::config::model;
use crate::config::place::Place;
use crate::config::setting::{Given, Setting};
use leveret_core::{Backlog, Choice};

/// The longest queue name of AMQP 0-9-1.
const QUEUE_BYTES_MAX: usize = 255;

/// The backlog. `known` are the names of all brokers, and `connections` how they are read, if nothing is wrong with them.
pub(super) fn backlog(
    given: &Given<model::Backlog>,
    known: Option<&Names<'_>>,
    connections: Option<&[Arc<Connection>]>,
    findings: &mut Findings,
) -> Option<Backlog> {
    let Given { value: model, place } = given;
    let name = name(&model.name, *place, findings);
    let broker_name = broker(&model.broker, *place, known, findings);
    if model.queues.is_absent() {
        let advice = "add `queues: {names: [a, b]}` or `queues: {match: 'orders\\..*'}`";
        findings.add(*place, "`queues` is missing", advice);
    }
    let queues = model.queues.given().and_then(|given| queues(given, findings));
    let broker = connections?.iter().map(|it| &it.broker).find(|broker| Some(&*broker.name) == broker_name)?;
    Some(Backlog {
        name: name?,
        broker: broker.name.clone(),
        vhosts: Choice::Names(vec![model.vhost.value().map_or(&*broker.default_vhost, String::as_str).into()]),
        queues: queues?,
        aggregate: model.aggregate.or(model::Aggregate::default())?.into(),
        when_missing: model.when_missing.or(model::WhenMissing::default())?.into(),
    })
}

/// The name of the broker: as written, or of the only one.
fn broker<'a>(
    setting: &'a Setting<String>,
    backlog: Place,
    known: Option<&Names<'a>>,
    findings: &mut Findings,
) -> Option<&'a str> {
    let known = known?;
    match setting {
        Setting::Absent if known.len() > 1 => {
            let reason = "there are several brokers, and this backlog does not say which one it is on";
            findings.add(backlog, reason, "add `broker` with the `name` of one of the `brokers`");
            None
        }
        Setting::Absent => known.first(),
        Setting::Invalid => None,
        Setting::Given(given) => {
            if !known.contains(&given.value) {
                findings.add(given.place, "no broker has this name", known.advice(&given.value, findings));
                return None;
            }
            Some(&given.value)
        }
    }
}

fn queues(given: &Given<model::Queues>, findings: &mut Findings) -> Option<Choice> {
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
        super::bounded(given, model::NAMES_MAX, findings);
        return Some(Choice::Names(names(&given.value, findings)));
    }
    Some(Choice::Pattern { matching: matching??, exclude: exclude.map_or(Some(None), |it| it.map(Some))? })
}

fn names(given: &[Setting<String>], findings: &mut Findings) -> Vec<Box<str>> {
    let mut seen = HashSet::new();
    for Given { value: name, place } in given.iter().filter_map(Setting::given) {
        if name.len() > QUEUE_BYTES_MAX {
            let reason = format!("this queue's name has {} bytes", name.len());
            findings.add(*place, reason, format!("RabbitMQ allows at most {QUEUE_BYTES_MAX}: check it"));
        } else if !seen.insert(name.as_str()) {
            findings.add(*place, "this queue is given twice", "remove one of them");
        }
    }
    given.iter().filter_map(Setting::value).map(|name| name.as_str().into()).collect()
}
