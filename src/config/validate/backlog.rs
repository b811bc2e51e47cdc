//! One backlog: a broker, a virtual host, and which queues of it.

use std::collections::HashSet;
use std::sync::Arc;

use super::name::name;
use super::pattern::pattern;
use crate::config::Connection;
use crate::config::problem::Findings;
use crate::config::raw::{Field, RawBacklog, RawQueues, Texts};
use crate::config::source::Place;
use crate::config::suggest;
use leveret_core::backlog::{Aggregate, Backlog, QueueChoice, WhenMissing};
use leveret_runtime::quoted::quoted;

/// How many queues a backlog may list.
const NAMES_MAX: usize = 1_000;
/// The longest queue name of AMQP 0-9-1.
const QUEUE_BYTES_MAX: usize = 255;

/// The backlog. `known` are the names of all brokers, and `connections` how they are read, if nothing is wrong with them.
pub(super) fn backlog(
    raw: &RawBacklog,
    known: Option<&[&str]>,
    connections: Option<&[Arc<Connection>]>,
    findings: &mut Findings,
) -> Option<Backlog> {
    let name = name("backlog", &raw.name, &raw.place, findings);
    let broker_name = broker(raw, known, findings);
    let queues = match &raw.queues {
        Field::Absent => {
            let advice = "add `queues: {names: [a, b]}` or `queues: {match: 'orders\\..*'}`";
            findings.add(&raw.place, "the backlog has no `queues`", advice);
            None
        }
        Field::Broken => None,
        Field::Given(given) => queues(&given.value, &given.place, findings),
    };
    let aggregates = [("sum", Aggregate::Sum), ("max", Aggregate::Max), ("avg", Aggregate::Avg)];
    let aggregate = choice("aggregate", &raw.aggregate, &aggregates, findings);
    let when_missing = choice(
        "whenMissing",
        &raw.when_missing,
        &[("error", WhenMissing::Error), ("zero", WhenMissing::Zero)],
        findings,
    );
    let broker = connections?.iter().map(|it| &it.broker).find(|broker| Some(&*broker.name) == broker_name)?;
    Some(Backlog {
        name: name?,
        broker: broker.name.clone(),
        vhost: raw.vhost.given().map_or(&*broker.default_vhost, |given| &given.value).into(),
        queues: queues?,
        aggregate: aggregate?,
        when_missing: when_missing?,
    })
}

/// The name of the broker: as written, or of the only one.
fn broker<'a>(raw: &'a RawBacklog, known: Option<&[&'a str]>, findings: &mut Findings) -> Option<&'a str> {
    let known = known?;
    match &raw.broker {
        Field::Absent if known.len() > 1 => {
            let advice = suggest::advice("", known, "add `broker` with one of");
            findings.add(&raw.place, "there are several brokers, and the backlog does not say which it is of", advice);
            None
        }
        Field::Absent => known.first().copied(),
        Field::Broken => None,
        Field::Given(given) if known.contains(&given.value.as_str()) => Some(&given.value),
        Field::Given(given) => {
            let advice = suggest::advice(&given.value, known, "the brokers are");
            findings.add(&given.place, format!("there is no broker {}", quoted(&given.value)), advice);
            None
        }
    }
}

fn queues(raw: &RawQueues, place: &Place, findings: &mut Findings) -> Option<QueueChoice> {
    match (&raw.names, &raw.matching) {
        (Field::Absent, Field::Absent) => {
            findings.add(place, "`queues` has neither `names` nor `match`", "add one of them");
        }
        (Field::Given(_), Field::Given(given)) => {
            findings.add(&given.place, "both `names` and `match` are given", "keep one of them, or make two backlogs");
        }
        (Field::Given(_), Field::Absent | Field::Broken) => {
            if let Some(exclude) = raw.exclude.given() {
                findings.add(&exclude.place, "`exclude` needs `match`", "remove it: `names` already says which queues");
            }
        }
        (Field::Absent | Field::Broken, _) => {}
    }
    let exclude = raw.exclude.given().map(|given| pattern(given, findings));
    let matching = raw.matching.given().map(|given| pattern(given, findings));
    if let Some(given) = raw.names.given() {
        super::bounded(&given.place, "names", given.value.len(), NAMES_MAX, findings);
        return Some(QueueChoice::Names(names(&given.value, findings)));
    }
    Some(QueueChoice::Pattern { matching: matching??, exclude: exclude.map_or(Some(None), |it| it.map(Some))? })
}

fn names(given: &Texts, findings: &mut Findings) -> Vec<Box<str>> {
    let mut seen = HashSet::new();
    for name in given {
        if name.value.len() > QUEUE_BYTES_MAX {
            let reason = format!("the queue's name has {} bytes", name.value.len());
            findings.add(&name.place, reason, format!("RabbitMQ knows none longer than {QUEUE_BYTES_MAX}: check it"));
        } else if !seen.insert(name.value.as_str()) {
            findings.add(&name.place, format!("{} is given twice", quoted(&name.value)), "remove one of them");
        }
    }
    given.iter().map(|name| name.value.as_str().into()).collect()
}

/// One of a few words, or the default.
fn choice<T: Copy + Default>(
    key: &str,
    field: &Field<String>,
    choices: &[(&str, T)],
    findings: &mut Findings,
) -> Option<T> {
    match field {
        Field::Absent => Some(T::default()),
        Field::Broken => None,
        Field::Given(given) => {
            let found = choices.iter().find(|(word, _)| *word == given.value).map(|(_, value)| *value);
            if found.is_none() {
                let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
                let reason = format!("`{key}` cannot be {}", quoted(&given.value));
                findings.add(&given.place, reason, suggest::advice(&given.value, &words, "choose from"));
            }
            found
        }
    }
}
