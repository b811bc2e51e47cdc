//! Finding a queue in the snapshot, or saying what is known instead.
//!
//! A queue that is not in the snapshot is absent only when a recent read has proved it. In every other case it is unknown, and the answer says why: see [`Diagnosis`].

use crate::observation::{Failure, Vhosts};
use crate::snapshot::{BrokerState, KnownQueue, Snapshot};
use crate::{Broker, Choice, Moment};

use super::diagnosis::Diagnosis;
use super::hint::{self, NamedBy};
use super::reason::Reason;
use super::refusal::Refusal;

/// One broker as one question finds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lookup<'a> {
    /// The broker's configuration.
    pub(super) broker: &'a Broker,
    /// What is known about it.
    pub(super) state: &'a BrokerState,
    /// The time of the question.
    pub(super) now: Moment,
    /// Whether the refusal for a misspelt queue suggests another one, which takes a look at every queue of the virtual host, or
    /// another virtual host, which takes a look into each.
    pub(super) suggests: bool,
}

/// A queue as a lookup finds it.
#[derive(Clone, Copy, Debug)]
pub(super) enum QueueLookup<'a> {
    /// Its state is known and recent enough.
    Present(KnownQueue<'a>),
    /// It does not exist: a read of this time has proved it.
    Absent(Moment),
}

impl<'a> Lookup<'a> {
    /// The broker's state, if it was ever read.
    pub(super) fn new(broker: &'a Broker, snapshot: &'a Snapshot, now: Moment) -> Result<Self, Refusal> {
        let Some(state) = snapshot.broker(&broker.name) else {
            let diagnosis = Diagnosis::not_read_yet(&broker.name);
            return Err(Refusal::new(diagnosis.reason(), diagnosis.to_string()));
        };
        Ok(Self { broker, state, now, suggests: false })
    }

    /// The same for a question whose refusal is shown to the user.
    pub(super) fn with_suggestions(self) -> Self {
        Self { suggests: true, ..self }
    }

    /// A queue by its name.
    pub(super) fn queue(&self, vhost: &'a str, name: &str) -> Result<QueueLookup<'a>, Refusal> {
        let subject = || self.subject(vhost, name);
        if let Some(queue) = self.state.queues.get(vhost, name) {
            return if self.is_fresh(queue.at()) {
                Ok(QueueLookup::Present(queue))
            } else {
                Err(self.stale(queue.at(), &subject(), Some((vhost, queue))))
            };
        }
        match self.asked(vhost, name).or_else(|| self.listed(vhost)) {
            Some(at) if self.is_fresh(at) => Ok(QueueLookup::Absent(at)),
            _ => Err(self.unknown(Some(vhost), &subject())),
        }
    }

    /// When the list was read that shows that a virtual host has no other queues than the known ones.
    pub(super) fn vhost(&self, vhost: &str, subject: &str) -> Result<Moment, Refusal> {
        self.listed(vhost).filter(|at| self.is_fresh(*at)).ok_or_else(|| self.unknown(Some(vhost), subject))
    }

    /// The virtual hosts with a queue that a pattern chooses, and when the list was read that shows that there are no others.
    pub(super) fn vhosts(
        &self,
        choice: &'a Choice,
        subject: &str,
    ) -> Result<(Moment, impl Iterator<Item = &'a str>), Refusal> {
        let listing = self.state.listed.as_ref().filter(|listing| self.is_fresh(listing.at));
        let listing = listing.ok_or_else(|| self.unknown(None, subject))?;
        let broker = &self.broker.name;
        match &listing.vhosts {
            Vhosts::All => {}
            Vhosts::AllBut(hidden) => {
                if let Some(vhost) = hidden.iter().find(|vhost| choice.includes(vhost)) {
                    let unread = self.state.seen.iter().flat_map(|seen| &seen.unread_vhosts);
                    if unread.into_iter().any(|unread| unread.what.vhost == *vhost) {
                        return Err(self.unknown(Some(vhost), subject));
                    }
                    let message = format!(
                        "{subject}: Leveret's user on broker `{broker}` may not see virtual host `{vhost}`, which `vhosts` \
                         matches; let an administrator run `rabbitmqctl set_permissions -p {vhost} USER '^$' '^$' '^$'`, or \
                         exclude it"
                    );
                    return Err(Refusal::new(Reason::NoPermission, message));
                }
            }
            Vhosts::Only(_) => {
                let message = format!(
                    "{subject}: Leveret's user on broker `{broker}` is shown only the virtual hosts that it has permission on, \
                     so others that `vhosts` matches may be missing; give the user the tag `monitoring`, configure \
                     `prometheus` for the broker, or list the virtual hosts"
                );
                return Err(Refusal::new(Reason::Unproven, message));
            }
        }
        Ok((listing.at, self.state.queues.vhosts().filter(|vhost| choice.includes(vhost))))
    }

    /// Whether what was read at this time is recent enough to be served.
    pub(super) fn is_fresh(&self, at: Moment) -> bool {
        self.now.since(at) <= self.broker.max_sample_age
    }

    /// The refusal for numbers that are too old.
    pub(super) fn stale(&self, at: Moment, subject: &str, queue: Option<(&'a str, KnownQueue<'_>)>) -> Refusal {
        let (vhost, queue) = queue.unzip();
        let message = format!(
            "{subject}: the last trusted numbers are from {}, which is longer ago than `maxSampleAge` ({:?}) allows; {}",
            at.clock_time(),
            self.broker.max_sample_age,
            Diagnosis::of(self, queue, vhost)
        );
        Refusal::new(Reason::Stale, message)
    }

    /// When the last read began, if it asked for this queue and proved that it does not exist.
    fn asked(&self, vhost: &str, name: &str) -> Option<Moment> {
        let seen = self.state.seen.as_ref().filter(|_| self.state.failure.is_none())?;
        (seen.proves_absence_in(vhost) && seen.scope.covers(vhost, name)).then_some(seen.at)
    }

    /// When the last read began that has shown all queues of a virtual host.
    fn listed(&self, vhost: &str) -> Option<Moment> {
        self.state.listed.as_ref().filter(|listing| listing.vhosts.include(vhost)).map(|listing| listing.at)
    }

    /// The refusal for what may or may not exist.
    fn unknown(&self, vhost: Option<&str>, subject: &str) -> Refusal {
        let diagnosis = Diagnosis::of(self, None, vhost);
        Refusal::new(diagnosis.reason(), format!("{subject}: {diagnosis}"))
    }

    /// The refusal for a queue that does not exist, with the most likely mistake.
    pub(super) fn absent(&self, vhost: &str, name: &str, by: NamedBy<'_>) -> Refusal {
        let (subject, hint) = (self.subject(vhost, name), hint::for_absent(self, vhost, name, by));
        let message = format!("{subject} does not exist: the broker's list of queues does not have it; {hint}");
        Refusal::new(Reason::QueueMissing, message)
    }

    /// Why a source could not be read in the last poll, while another one could.
    pub(super) fn degraded(&self) -> Option<&'a Failure> {
        self.state.seen.as_ref()?.degraded.first().map(|(_, failure)| &failure.what)
    }

    /// How a queue is named in every message.
    pub(super) fn subject(&self, vhost: &str, queue: &str) -> String {
        format!("queue `{queue}` in vhost `{vhost}` of broker `{}`", self.broker.name)
    }
}

/// What to do about a virtual host without any known queue.
pub(super) fn unknown_vhost(correction: &str) -> String {
    format!("no queue is known in that vhost: {correction}, or give Leveret's user permission on it")
}
