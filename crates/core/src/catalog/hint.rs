//! The most likely mistake behind a queue that does not exist.

use crate::choice::looks_like_a_pattern;
use crate::{Backlog, Choice, label, suggest};

use super::lookup::{Lookup, unknown_vhost};

/// What names a queue, and so has to be corrected if there is no such queue.
#[derive(Clone, Copy, Debug)]
pub(super) enum NamedBy<'a> {
    /// The labels of a selector.
    Selector,
    /// A configured backlog.
    Backlog(&'a Backlog),
}

/// How many names are compared with a misspelt one at most. If more are alike, a program has made them, and the nearest of them
/// is a neighbour rather than what was meant.
const COMPARED_MAX: usize = 500;

/// Of how many queues in a virtual host there are suggestions at most: looking at the names of more takes milliseconds at every
/// question.
const LOOKED_AT_MAX: usize = 20_000;

/// What to do about a queue that does not exist.
pub(super) fn for_absent(lookup: &Lookup<'_>, vhost: &str, name: &str, by: NamedBy<'_>) -> String {
    if let Some(other) = lookup.suggests.then(|| elsewhere(lookup, vhost, name, by)).flatten() {
        return match by {
            NamedBy::Backlog(_) => format!("vhost `{other}` has a queue of that name: correct the backlog's `vhost`"),
            NamedBy::Selector if *other == *lookup.broker.default_vhost => {
                format!("the default vhost `{other}` has a queue of that name: leave the label `vhost` out")
            }
            NamedBy::Selector if label::can_hold(other) => {
                format!("vhost `{other}` has a queue of that name: set the label `vhost` to it")
            }
            NamedBy::Selector => format!(
                "vhost `{other}` has a queue of that name, but a label cannot hold `{other}`: configure a backlog with this \
                 `vhost`"
            ),
        };
    }
    if let (NamedBy::Backlog(_), Some(hint)) = (by, for_pattern(name)) {
        return hint.to_owned();
    }
    if let Some(meant) = lookup.suggests.then(|| similar(lookup, vhost, name)).flatten() {
        return match by {
            NamedBy::Selector if !label::can_hold(meant) => {
                format!("did you mean `{meant}`? A label cannot hold this name: configure a backlog with it")
            }
            NamedBy::Selector | NamedBy::Backlog(_) => format!("did you mean `{meant}`?"),
        };
    }
    match (by, lookup.state.queues.has_vhost(vhost)) {
        (NamedBy::Selector, true) => "declare it, or correct the selector's label `queue`".to_owned(),
        (NamedBy::Selector, false) => unknown_vhost("correct the label `vhost`"),
        (NamedBy::Backlog(_), true) => "declare it, or correct the backlog's `queues`".to_owned(),
        (NamedBy::Backlog(backlog), false) => unknown_vhost(&correct_vhosts(backlog)),
    }
}

/// What to do about a listed queue that does not exist and whose name looks like a pattern.
pub(super) fn for_pattern(name: &str) -> Option<&'static str> {
    let hint = "names are taken literally: in the backlog's `queues`, write `match` for a pattern";
    looks_like_a_pattern(name).then_some(hint)
}

/// The advice to correct a backlog's virtual hosts, by the key that it has.
pub(super) fn correct_vhosts(backlog: &Backlog) -> String {
    if matches!(&backlog.vhosts, Choice::Names(names) if names.iter().any(|name| looks_like_a_pattern(name))) {
        return "names are taken literally: write `vhosts: {match: …}` for a pattern".to_owned();
    }
    let key = if backlog.vhosts.only().is_some() { "vhost" } else { "vhosts" };
    format!("correct the backlog's `{key}`")
}

/// Another virtual host with a queue of this name: the default one, or the first by name, whatever the order of the map. A
/// backlog over several virtual hosts is meant to have the queue in others.
fn elsewhere<'a>(lookup: &Lookup<'a>, vhost: &str, name: &str, by: NamedBy<'_>) -> Option<&'a str> {
    if matches!(by, NamedBy::Backlog(backlog) if backlog.vhosts.only().is_none()) {
        return None;
    }
    let (queues, default) = (&lookup.state.queues, &*lookup.broker.default_vhost);
    let others = queues.vhosts().filter(|other| *other != vhost && queues.get(other, name).is_some());
    others.min_by_key(|other| (*other != default, *other))
}

/// A queue of the virtual host whose name is near: among those with the same first letter and about as many letters.
fn similar<'a>(lookup: &Lookup<'a>, vhost: &str, name: &str) -> Option<&'a str> {
    let first = name.bytes().next().filter(|_| name.len() <= label::LENGTH_MAX)?;
    let mut alike = Vec::new();
    for (place, (candidate, _)) in lookup.state.queues.in_vhost(vhost).enumerate() {
        if place == LOOKED_AT_MAX {
            return None;
        }
        let is_near = candidate.len().abs_diff(name.len()) <= suggest::errors_max(candidate);
        if is_near && candidate.bytes().next().is_some_and(|byte| byte.eq_ignore_ascii_case(&first)) {
            if alike.len() == COMPARED_MAX {
                return None;
            }
            alike.push(candidate);
        }
    }
    // The same one at every question, whatever the order of the map.
    alike.sort_unstable();
    suggest::nearest(name, alike)
}
