//! One signal of a configured backlog.

use crate::clock::Moment;
use crate::config::{BacklogConfig, QueueChoice, WhenMissing};

use super::lookup::{Found, Lookup, seconds};
use super::refusal::{Refusal, RefusalKind};
use super::signal::Signal;
use super::{Item, gap, item, measure};

/// The signal of a configured backlog: one number for all its queues.
pub(super) fn aggregated(signal: Signal, lookup: &Lookup<'_>, backlog: &BacklogConfig) -> Result<Item, Refusal> {
    let vhost = &*backlog.vhost;
    let subject = format!("backlog `{}` on broker `{}`", backlog.name, lookup.config.name);
    let mut queues = Vec::new();
    match &backlog.queues {
        QueueChoice::Names(names) => {
            for name in names {
                match (lookup.queue(vhost, name)?, backlog.when_missing) {
                    (Found::Queue(queue), _) => queues.push((&**name, Some(queue))),
                    (Found::Missing(_), WhenMissing::Zero) => queues.push((&**name, None)),
                    (Found::Missing(at), WhenMissing::Error) => {
                        let mut refusal = lookup.missing(vhost, name, at);
                        refusal.message = format!("{subject}: {}", refusal.message);
                        return Err(refusal);
                    }
                }
            }
        }
        pattern @ QueueChoice::Pattern { .. } => {
            let all = lookup.vhost(vhost, &subject)?;
            queues.extend(
                all.into_iter().filter(|(name, _)| pattern.includes(name)).map(|(name, queue)| (name, Some(queue))),
            );
        }
    }
    let seen = lookup.state.seen.map_or(lookup.now, |seen| seen.at);
    let at = queues.iter().filter_map(|(_, queue)| *queue).map(|queue| queue.latest.at).fold(seen, Moment::earliest);
    lookup.fresh(at, &subject)?;
    let explain = |name, gap| gap::refusal(gap, signal, lookup, vhost, name);
    let number = match measure::of_queues(signal, backlog.aggregate, &queues, explain)? {
        Some(number) => number,
        None if backlog.when_missing == WhenMissing::Zero => 0.0,
        None => {
            let ago = seconds(lookup.now.since(seen));
            return Err(Refusal::new(
                RefusalKind::NotFound,
                "queue_missing",
                format!(
                    "{subject}: its pattern matched none of the {} queues seen {ago} ago in vhost `{vhost}`; correct the \
                     pattern, or set `whenMissing: zero` if that is what no queue means",
                    lookup.state.queues.in_vhost(vhost).count()
                ),
            ));
        }
    };
    let only = if let [(name, _)] = queues.as_slice() { Some(*name) } else { None };
    item(signal, lookup, vhost, only, Some(&backlog.name), at, number)
}
