//! One signal of a configured backlog.

use crate::Moment;
use crate::backlog::{Backlog, QueueChoice, WhenMissing};
use crate::snapshot::QueueState;

use super::lookup::{Found, Lookup, seconds};
use super::refusal::{Refusal, RefusalKind};
use super::signal::Signal;
use super::{Item, gap, item, measure};

/// The queues of a backlog as a question finds them; one that is missing and counts as empty has no state.
struct Members<'a> {
    queues: Vec<(&'a str, Option<&'a QueueState>)>,
    /// The earliest of their times, and of the times at which others were seen not to exist.
    at: Moment,
}

/// The signal of a configured backlog: one number for all its queues.
pub(super) fn aggregated(signal: Signal, lookup: &Lookup<'_>, backlog: &Backlog) -> Result<Item, Refusal> {
    let vhost = &*backlog.vhost;
    let subject = format!("backlog `{}` on broker `{}`", backlog.name, lookup.broker.name);
    let Members { queues, at } = match &backlog.queues {
        QueueChoice::Names(names) => by_name(names, lookup, backlog, &subject)?,
        QueueChoice::Pattern { .. } => by_pattern(lookup, backlog, &subject)?,
    };
    lookup.fresh(at, &subject)?;
    let explain = |name, gap| gap::refusal(gap, signal, lookup, vhost, name);
    // A pattern that matches nothing is only let through when no queue means an empty one.
    let number = measure::of_queues(signal, backlog.aggregate, &queues, explain)?.unwrap_or(0.0);
    let only = if let [(name, _)] = queues.as_slice() { Some(*name) } else { None };
    item(signal, lookup, vhost, only, Some(&backlog.name), at, number)
}

fn by_name<'a>(
    names: &'a [Box<str>],
    lookup: &Lookup<'a>,
    backlog: &Backlog,
    subject: &str,
) -> Result<Members<'a>, Refusal> {
    let mut members = Members { queues: Vec::with_capacity(names.len()), at: lookup.now };
    for name in names {
        let (queue, at) = match (lookup.queue(&backlog.vhost, name)?, backlog.when_missing) {
            (Found::Queue(queue), _) => (Some(queue), queue.latest.at),
            (Found::Missing(at), WhenMissing::Zero) => (None, at),
            (Found::Missing(at), WhenMissing::Error) => {
                let mut refusal = lookup.missing(&backlog.vhost, name, at);
                refusal.message = format!("{subject}: {}", refusal.message);
                return Err(refusal);
            }
        };
        members.queues.push((name, queue));
        members.at = members.at.earliest(at);
    }
    Ok(members)
}

fn by_pattern<'a>(lookup: &Lookup<'a>, backlog: &Backlog, subject: &str) -> Result<Members<'a>, Refusal> {
    let (listed, all) = lookup.vhost(&backlog.vhost, subject)?;
    let mut members = Members { queues: Vec::new(), at: listed };
    let mut passed_over = 0_usize;
    for (name, queue) in all {
        if backlog.queues.includes(name) {
            members.queues.push((name, Some(queue)));
            members.at = members.at.earliest(queue.latest.at);
        } else {
            passed_over += 1;
        }
    }
    if members.queues.is_empty() && backlog.when_missing == WhenMissing::Error {
        return Err(Refusal::new(
            RefusalKind::NotFound,
            "queue_missing",
            format!(
                "{subject}: its pattern matched none of the {passed_over} queues seen {} ago in vhost `{}`; correct the \
                 pattern, or set `whenMissing: zero` if that is what no queue means",
                seconds(lookup.now.since(listed)),
                backlog.vhost
            ),
        ));
    }
    Ok(members)
}
