//! One signal of a configured backlog.

use crate::Moment;
use crate::backlog::{Backlog, QueueChoice, WhenMissing};

use super::lookup::{Lookup, QueueLookup, unknown_vhost};
use super::measure::{self, Member};
use super::reason::Reason;
use super::refusal::Refusal;
use super::signal::Signal;
use super::{Item, item, no_number};

/// The queues of a backlog as a question finds them.
struct Members<'a> {
    queues: Vec<Member<'a>>,
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
    if !lookup.is_fresh(at) {
        return Err(lookup.stale(at, &subject, None));
    }
    let number = measure::of_queues(signal, backlog.aggregate, &queues).map_err(|(queue, gap)| {
        let subject = queue.map_or(subject, |queue| lookup.subject(vhost, queue));
        no_number(signal, lookup, &subject, gap)
    })?;
    let only = if let [(name, _)] = queues.as_slice() { Some(*name) } else { None };
    Ok(item(lookup, vhost, only, Some(&backlog.name), at, number))
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
            (QueueLookup::Present(queue), _) => (Some(queue), queue.latest.at),
            (QueueLookup::Absent(at), WhenMissing::Zero) => (None, at),
            (QueueLookup::Absent(_), WhenMissing::Error) => {
                let mut refusal = lookup.absent(&backlog.vhost, name);
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
    // A stream's entries stay when they are read; a pattern is meant for queues of work.
    for (name, queue) in all.filter(|(name, queue)| backlog.queues.includes(name) && !measure::is_stream(queue)) {
        members.queues.push((name, Some(queue)));
        members.at = members.at.earliest(queue.latest.at);
    }
    if members.queues.is_empty() && backlog.when_missing == WhenMissing::Error {
        let vhost = &*backlog.vhost;
        let hint = if lookup.state.queues.has_vhost(vhost) {
            "correct the pattern, or set `whenMissing: zero` if no queue means no messages".to_owned()
        } else {
            unknown_vhost("correct the backlog's `vhost`")
        };
        let message = format!("{subject}: its pattern matches none of the queues in vhost `{vhost}`; {hint}");
        return Err(Refusal::new(Reason::QueueMissing, message));
    }
    Ok(members)
}
