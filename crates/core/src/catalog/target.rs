//! From a selector's requirements to the queues it is about.
//!
//! An HPA adds up all items of an answer, so a selector that names neither a queue nor a backlog would silently add up
//! unrelated queues. It is refused, and so is every requirement that leaves open which queues are meant.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::{Backlog, Broker, View};

use super::selector::{Operator, Requirement};

/// The queues a question is about.
#[derive(Clone, Debug)]
pub(super) enum Target {
    /// Queues by name, each answered by itself.
    Queues {
        /// Their broker.
        broker: Arc<Broker>,
        /// Their virtual host.
        vhost: Box<str>,
        /// Their names.
        names: Vec<Box<str>>,
    },
    /// A configured backlog, answered by one number.
    Backlog {
        /// Its broker.
        broker: Arc<Broker>,
        /// Its configuration.
        backlog: Arc<Backlog>,
    },
}

/// The longest name that RabbitMQ allows.
const VALUE_BYTES_MAX: usize = 255;

/// The most queues that one selector may name.
const NAMES_MAX: usize = 32;

/// Finds the queues that a selector is about.
///
/// # Errors
/// What is wrong with the selector, and what to write instead.
pub(super) fn resolve(requirements: &[Requirement], view: &View) -> Result<Target, String> {
    let mut labels = Labels::default();
    for requirement in requirements {
        labels.take(requirement)?;
    }
    if let Some(name) = labels.backlog {
        return labels.alone_as_backlog().and_then(|()| configured(name, view));
    }
    let Some(names) = labels.queue else {
        return Err(
            "the selector names neither a `queue` nor a `backlog`, so it would add up unrelated queues; write for \
                    example `matchLabels: {queue: task_queue}`"
                .to_owned(),
        );
    };
    let broker = broker(labels.broker, view)?;
    let vhost = labels.vhost.unwrap_or(&broker.default_vhost).into();
    // A name given twice would be added up twice.
    let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    Ok(Target::Queues { vhost, names: names.into_iter().map(Into::into).collect(), broker })
}

fn configured(name: &str, view: &View) -> Result<Target, String> {
    let backlog = view.backlog(name).ok_or_else(|| {
        let known = list(view.backlogs.iter().map(|backlog| &*backlog.name));
        format!("there is no backlog `{name}` in the configuration; the configured backlogs are: {known}")
    })?;
    let broker = broker(Some(&backlog.broker), view)?;
    Ok(Target::Backlog { broker, backlog: Arc::clone(backlog) })
}

fn broker(name: Option<&str>, view: &View) -> Result<Arc<Broker>, String> {
    let known = || list(view.brokers.iter().map(|broker| &*broker.name));
    match (name, view.brokers.as_slice()) {
        (Some(name), _) => view.broker(name).map(Arc::clone).ok_or_else(|| {
            format!("there is no broker `{name}` in the configuration; the configured brokers are: {}", known())
        }),
        (None, [only]) => Ok(Arc::clone(only)),
        (None, _) => {
            Err(format!("several brokers are configured, so the selector needs the label `broker`: {}", known()))
        }
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut quoted: Vec<String> = names.take(NAMES_MAX).map(|name| format!("`{name}`")).collect();
    quoted.sort_unstable();
    if quoted.is_empty() { "none".to_owned() } else { quoted.join(", ") }
}

/// The labels of a selector that have been read so far.
#[derive(Default)]
struct Labels<'a> {
    queue: Option<&'a [String]>,
    vhost: Option<&'a str>,
    broker: Option<&'a str>,
    backlog: Option<&'a str>,
}

impl<'a> Labels<'a> {
    fn take(&mut self, requirement: &'a Requirement) -> Result<(), String> {
        let key = requirement.key.as_str();
        let Operator::In(values) = &requirement.operator else {
            return Err(format!(
                "label `{key}` must be given with `=` or `in`; other operators do not say which queues are meant"
            ));
        };
        let single = match values.as_slice() {
            [value] if value.is_empty() => return Err(format!("label `{key}` is empty")),
            [value] => Some(value.as_str()),
            _ => None,
        };
        if let Some(long) = values.iter().find(|value| value.len() > VALUE_BYTES_MAX) {
            return Err(format!(
                "label `{key}` has a value of {} bytes, but names have at most {VALUE_BYTES_MAX}",
                long.len()
            ));
        }
        let only_one = || single.ok_or_else(|| format!("label `{key}` takes one value; only `queue` takes several"));
        let taken_before = match key {
            "queue" if values.len() > NAMES_MAX => {
                return Err(format!(
                    "the selector names {} queues, but at most {NAMES_MAX} are allowed; configure a backlog instead",
                    values.len()
                ));
            }
            "queue" => self.queue.replace(values).is_some(),
            "vhost" => self.vhost.replace(only_one()?).is_some(),
            "broker" => self.broker.replace(only_one()?).is_some(),
            "backlog" => self.backlog.replace(only_one()?).is_some(),
            other => {
                return Err(format!(
                    "label `{other}` is unknown; the labels are `queue`, `vhost`, `broker` and `backlog`"
                ));
            }
        };
        if taken_before { Err(format!("label `{key}` is given twice")) } else { Ok(()) }
    }

    fn alone_as_backlog(&self) -> Result<(), String> {
        if self.queue.is_some() || self.vhost.is_some() || self.broker.is_some() {
            return Err(
                "label `backlog` cannot be combined with other labels, because the configured backlog already has its \
                        queues, virtual host and broker"
                    .to_owned(),
            );
        }
        Ok(())
    }
}
