//! One signal of a configured backlog.

use std::collections::BTreeSet;

use crate::backlog::{Backlog, WhenMissing};
use crate::snapshot::KnownQueue;
use crate::{Choice, Moment};

use super::hint::{self, NamedBy, correct_vhosts};
use super::lookup::{Lookup, QueueLookup, unknown_vhost};
use super::measure::{self, Member};
use super::reason::Reason;
use super::refusal::Refusal;
use super::signal::Signal;
use super::{Item, item, no_number};

/// A backlog as one question finds it.
struct Question<'a> {
    lookup: &'a Lookup<'a>,
    backlog: &'a Backlog,
    /// How messages name it.
    subject: String,
}

/// The queues of a backlog as a question finds them.
struct Members<'a> {
    queues: Vec<Member<'a>>,
    /// The earliest of their times, and of the times at which others were seen not to exist.
    at: Moment,
}

/// The signal of a configured backlog: one number for all its queues.
pub(super) fn aggregated(signal: Signal, lookup: &Lookup<'_>, backlog: &Backlog) -> Result<Item, Refusal> {
    let subject = format!("backlog `{}` on broker `{}`", backlog.name, lookup.broker.name);
    let question = Question { lookup, backlog, subject };
    let Members { queues, at } = question.members()?;
    if !lookup.is_fresh(at) {
        return Err(lookup.stale(at, &question.subject, None));
    }
    let number = measure::of_queues(signal, backlog.aggregate, lookup.state, &queues).map_err(|(queue, gap)| {
        let subject = queue.map_or(question.subject, |(vhost, name)| lookup.subject(vhost, name));
        no_number(signal, lookup, &subject, gap)
    })?;
    let vhost = backlog.vhosts.only();
    let only = if let (Some(_), [member]) = (vhost, queues.as_slice()) { Some(member.name) } else { None };
    Ok(item(lookup, vhost, only, Some(&backlog.name), at, number))
}

impl<'a> Question<'a> {
    fn members(&self) -> Result<Members<'a>, Refusal> {
        let mut members = Members { queues: Vec::new(), at: self.lookup.now };
        match (&self.backlog.vhosts, &self.backlog.queues) {
            (Choice::Names(vhosts), Choice::Names(names)) => {
                for vhost in vhosts {
                    self.add_named(vhost, names, &mut members)?;
                }
            }
            (Choice::Names(vhosts), Choice::Pattern { .. }) => {
                for vhost in vhosts {
                    self.add_matching(vhost, &mut members)?;
                }
            }
            (Choice::Pattern { .. }, _) => self.add_of_matching_vhosts(&mut members)?,
        }
        Ok(members)
    }

    /// Adds the listed queues of a listed virtual host, each of which is expected to exist.
    fn add_named(&self, vhost: &'a str, names: &'a [Box<str>], members: &mut Members<'a>) -> Result<(), Refusal> {
        for name in names {
            let (queue, at) = match (self.lookup.queue(vhost, name)?, self.backlog.when_missing) {
                (QueueLookup::Present(queue), _) => (Some(queue), queue.at()),
                (QueueLookup::Absent(at), WhenMissing::Zero) => (None, at),
                (QueueLookup::Absent(_), WhenMissing::Error) => {
                    let mut refusal = self.lookup.absent(vhost, name, NamedBy::Backlog(self.backlog));
                    refusal.message = format!("{}: {}", self.subject, refusal.message);
                    return Err(refusal);
                }
            };
            members.add(Member { vhost, name, queue }, at);
        }
        Ok(())
    }

    /// Adds the queues of a listed virtual host that match. At least one is expected to exist.
    fn add_matching(&self, vhost: &'a str, members: &mut Members<'a>) -> Result<(), Refusal> {
        let listed = self.lookup.vhost(vhost, &self.subject)?;
        let before = members.queues.len();
        self.add_known(vhost, members);
        members.at = members.at.earliest(listed);
        if members.queues.len() > before || self.backlog.when_missing == WhenMissing::Zero {
            return Ok(());
        }
        let hint = if self.lookup.state.queues.has_vhost(vhost) {
            "correct the pattern, or set `whenMissing: zero` if no queue means no messages".to_owned()
        } else {
            unknown_vhost(&correct_vhosts(self.backlog))
        };
        Err(self.missing(&format!("its pattern matches none of the queues in vhost `{vhost}`; {hint}")))
    }

    /// Adds the queues of all virtual hosts that match. A listed queue is expected in at least one of them: a tenant that is
    /// being set up or removed has only some of its queues.
    fn add_of_matching_vhosts(&self, members: &mut Members<'a>) -> Result<(), Refusal> {
        let (listed, vhosts) = self.lookup.vhosts(&self.backlog.vhosts, &self.subject)?;
        members.at = members.at.earliest(listed);
        vhosts.for_each(|vhost| self.add_known(vhost, members));
        if self.backlog.when_missing == WhenMissing::Zero {
            return Ok(());
        }
        let missing = match &self.backlog.queues {
            Choice::Names(names) => {
                let found: BTreeSet<_> = members.queues.iter().map(|member| member.name).collect();
                let missing = names.iter().find(|name| !found.contains(&***name));
                missing.map(|name| (format!("queue `{name}`"), hint::for_pattern(name)))
            }
            Choice::Pattern { .. } => {
                members.queues.is_empty().then(|| ("a queue that its pattern matches".to_owned(), None))
            }
        };
        missing.map_or(Ok(()), |(missing, hint)| {
            let hint = hint
                .unwrap_or("correct `vhosts` or `queues`, or set `whenMissing: zero` if no queue means no messages");
            Err(self.missing(&format!("none of the virtual hosts that `vhosts` matches has {missing}; {hint}")))
        })
    }

    /// Adds the known queues of a virtual host that belong to the backlog.
    fn add_known(&self, vhost: &'a str, members: &mut Members<'a>) {
        let known = &self.lookup.state.queues;
        let mut add = |(name, queue): (&'a str, KnownQueue<'a>)| {
            members.add(Member { vhost, name, queue: Some(queue) }, queue.at());
        };
        match &self.backlog.queues {
            Choice::Names(names) => {
                names.iter().filter_map(|name| Some((&**name, known.get(vhost, name)?))).for_each(add);
            }
            // A stream's entries stay when they are read; a pattern is meant for queues of work.
            choice @ Choice::Pattern { .. } => known
                .in_vhost(vhost)
                .filter(|(name, queue)| choice.includes(name) && !measure::is_stream(*queue))
                .for_each(&mut add),
        }
    }

    fn missing(&self, what: &str) -> Refusal {
        Refusal::new(Reason::QueueMissing, format!("{}: {what}", self.subject))
    }
}

impl<'a> Members<'a> {
    fn add(&mut self, member: Member<'a>, at: Moment) {
        self.queues.push(member);
        self.at = self.at.earliest(at);
    }
}
