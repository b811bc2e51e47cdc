//! One backlog: a broker, a virtual host, and which queues of it.

use std::sync::Arc;

use super::choice::{queues, vhosts};
use super::name::{Names, name};
use crate::config::Connection;
use crate::config::findings::Findings;
use crate::config::model;
use crate::config::place::Place;
use crate::config::setting::{Given, Setting};
use leveret_core::{Backlog, Choice};

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
    let vhosts = vhosts(model, findings);
    if let (Some(Choice::Names(vhosts)), Some(Choice::Names(names)), Some(given)) =
        (&vhosts, &queues, model.vhosts.given())
    {
        bounded(vhosts.len() * names.len(), given.place, findings);
    }
    let broker = connections?.iter().map(|it| &it.broker).find(|broker| Some(&*broker.name) == broker_name)?;
    Some(Backlog {
        name: name?,
        broker: broker.name.clone(),
        vhosts: match vhosts {
            None if model.vhost.is_absent() && model.vhosts.is_absent() => {
                Choice::Names(vec![broker.default_vhost.clone()])
            }
            chosen => chosen?,
        },
        queues: queues?,
        aggregate: model.aggregate.or(model::Aggregate::default())?.into(),
        when_missing: model.when_missing.or(model::WhenMissing::default())?.into(),
    })
}

/// Reports a backlog of too many queues. Each is looked up at every question.
fn bounded(queues: usize, vhosts: Place, findings: &mut Findings) {
    const MAX: usize = model::NAMES_MAX;
    if queues > MAX {
        let reason = format!("this backlog names {queues} queues, counted in every virtual host");
        findings.add(
            vhosts,
            reason,
            format!("the limit is {MAX}: choose the virtual hosts with `match`, or divide it"),
        );
    }
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
