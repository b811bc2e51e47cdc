//! What is served: the table of signals, and the way from a question to numbers or to the reason why there are none.
//!
//! [`answer`] takes a signal's name and a label selector, and gives items or a [`Refusal`]. It is pure: the configuration,
//! the snapshot and the time are arguments.

mod backlog;
mod condition;
mod diagnosis;
mod gap;
mod hint;
mod lookup;
mod measure;
mod reason;
mod refusal;
mod selector;
mod signal;
mod target;
#[cfg(test)]
mod tests;

pub use condition::{Condition, ConditionKind, conditions};
pub use reason::{Reason, Status};
pub use refusal::Refusal;
pub use signal::{SIGNALS, Signal, SignalRow};

use crate::Moment;
use crate::observation::QueueId;
use crate::quantity::Milli;
use crate::snapshot::Snapshot;
use crate::{Backlog, Broker, View};

use gap::Gap;
use hint::NamedBy;
use lookup::{Lookup, QueueLookup};
use target::Target;

/// One answered number.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Labels that say which queues the number is about: `broker`, `vhost`, `queue` and, if configured, `backlog`. A backlog
    /// over several queues has no `queue`, and over several virtual hosts no `vhost` either.
    pub labels: Vec<(&'static str, String)>,
    /// When the read began that it comes from; the earliest of several queues.
    pub at: Moment,
    /// The number. It is not negative.
    pub value: Milli,
}

/// What a question is about, even when it cannot be answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The broker.
    pub broker: Box<str>,
    /// The queues that it names, so that the next poll can include them.
    pub queues: Vec<QueueId>,
    /// The configured backlog that it names.
    pub backlog: Option<Box<str>>,
}

/// Answers one question: the numbers, or why there are none, and what the question was about.
///
/// `signal` is matched without regard to case, because the HPA's client lower-cases it. `selector` is a Kubernetes label
/// selector in its text form; empty means that none was given.
pub fn answer(
    view: &View,
    snapshot: &Snapshot,
    signal: &str,
    selector: &str,
    now: Moment,
) -> (Subject, Result<Vec<Item>, Refusal>) {
    let Some(signal) = Signal::from_name(signal) else {
        return (Subject::default(), Err(unknown_metric(signal)));
    };
    let target = selector::parse(selector)
        .map_err(|error| format!("the label selector `{}` cannot be parsed: {error}", shortened(selector)))
        .and_then(|requirements| target::resolve(&requirements, view))
        .map_err(|error| Refusal::new(Reason::BadSelector, error));
    match target {
        Ok(Target::Queues { broker, vhost, names }) => {
            let queues: Vec<QueueId> = names.into_iter().map(|name| QueueId::new(vhost.clone(), name)).collect();
            let items = Lookup::new(&broker, snapshot, now).and_then(|lookup| {
                let lookup = lookup.with_suggestions();
                queues.iter().map(|queue| of_one(signal, &lookup, &queue.vhost, &queue.name)).collect()
            });
            (Subject { broker: broker.name.clone(), queues, backlog: None }, items)
        }
        Ok(Target::Backlog { broker, backlog }) => {
            let item = Lookup::new(&broker, snapshot, now)
                .and_then(|lookup| backlog::aggregated(signal, &lookup.with_suggestions(), &backlog));
            let (items, backlog) = (item.map(|item| vec![item]), Some(backlog.name.clone()));
            (Subject { broker: broker.name.clone(), queues: Vec::new(), backlog }, items)
        }
        Err(refusal) => (Subject::default(), Err(refusal)),
    }
}

/// The signal of one queue. A refusal suggests no other name, as that of [`answer`] does: gauges ask for many queues at once and
/// show no refusal.
pub fn of_queue(
    signal: Signal,
    broker: &Broker,
    queue: &QueueId,
    snapshot: &Snapshot,
    now: Moment,
) -> Result<Item, Refusal> {
    of_one(signal, &Lookup::new(broker, snapshot, now)?, &queue.vhost, &queue.name)
}

/// The signal of a configured backlog: one number for all its queues. A refusal suggests no other name.
pub fn of_backlog(
    signal: Signal,
    broker: &Broker,
    backlog: &Backlog,
    snapshot: &Snapshot,
    now: Moment,
) -> Result<Item, Refusal> {
    backlog::aggregated(signal, &Lookup::new(broker, snapshot, now)?, backlog)
}

fn of_one(signal: Signal, lookup: &Lookup<'_>, vhost: &str, name: &str) -> Result<Item, Refusal> {
    let queue = match lookup.queue(vhost, name)? {
        QueueLookup::Present(queue) => queue,
        QueueLookup::Absent(_) => return Err(lookup.absent(vhost, name, NamedBy::Selector)),
    };
    let number = measure::of_queue(signal, lookup.state, queue)
        .map_err(|gap| no_number(signal, lookup, &lookup.subject(vhost, name), gap))?;
    Ok(item(lookup, Some(vhost), Some(name), None, queue.at(), number))
}

fn item(
    lookup: &Lookup<'_>,
    vhost: Option<&str>,
    queue: Option<&str>,
    backlog: Option<&str>,
    at: Moment,
    value: Milli,
) -> Item {
    let mut labels = vec![("broker", lookup.broker.name.to_string())];
    labels.extend(vhost.map(|vhost| ("vhost", vhost.to_owned())));
    labels.extend(queue.map(|queue| ("queue", queue.to_owned())));
    labels.extend(backlog.map(|backlog| ("backlog", backlog.to_owned())));
    Item { labels, at, value }
}

/// The refusal for something that is known and has no number for this signal.
fn no_number(signal: Signal, lookup: &Lookup<'_>, subject: &str, gap: Gap) -> Refusal {
    let cause = lookup.degraded().filter(|_| gap.reason() == Reason::FillFailed);
    let cause = cause.map_or_else(String::new, |failure| format!(": {failure}"));
    Refusal::new(gap.reason(), format!("{subject} has no `{}`: {gap}{cause}", signal.row().name))
}

fn unknown_metric(name: &str) -> Refusal {
    let known: Vec<&str> = SIGNALS.iter().map(|row| row.name).collect();
    let message = format!("there is no metric `{}`; Leveret serves {}", shortened(name), known.join(", "));
    Refusal::new(Reason::UnknownMetric, message)
}

/// The beginning of what a caller wrote, short enough for a message.
fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(120).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
