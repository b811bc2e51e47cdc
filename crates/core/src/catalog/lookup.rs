//! Finding a queue in the snapshot, or saying what is known instead.
//!
//! A queue that is not in the snapshot is absent only when a recent read has proved it. In every other case it is unknown, and the answer says why: see [`Diagnosis`].

use crate::Broker;
use crate::Moment;
use crate::observation::Failure;
use crate::snapshot::{BrokerState, QueueState, Snapshot};

use super::diagnosis::Diagnosis;
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
}

/// A queue as a lookup finds it.
#[derive(Clone, Copy, Debug)]
pub(super) enum QueueLookup<'a> {
    /// Its state is known and recent enough.
    Present(&'a QueueState),
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
        Ok(Self { broker, state, now })
    }

    /// A queue by its name.
    pub(super) fn queue(&self, vhost: &str, name: &str) -> Result<QueueLookup<'a>, Refusal> {
        let subject = || self.subject(vhost, name);
        if let Some(queue) = self.state.queues.get(vhost, name) {
            return if self.is_fresh(queue.latest.at) {
                Ok(QueueLookup::Present(queue))
            } else {
                Err(self.stale(queue.latest.at, &subject(), Some(queue)))
            };
        }
        match self.asked(vhost, name).or_else(|| self.listed(vhost)) {
            Some(at) if self.is_fresh(at) => Ok(QueueLookup::Absent(at)),
            _ => Err(self.unknown(vhost, &subject())),
        }
    }

    /// All known queues of a virtual host, and when the last complete list was read, which shows that there are no others.
    pub(super) fn vhost(
        &self,
        vhost: &str,
        subject: &str,
    ) -> Result<(Moment, impl Iterator<Item = (&'a str, &'a QueueState)>), Refusal> {
        match self.listed(vhost) {
            Some(at) if self.is_fresh(at) => Ok((at, self.state.queues.in_vhost(vhost))),
            _ => Err(self.unknown(vhost, subject)),
        }
    }

    /// Whether what was read at this time is recent enough to be served.
    pub(super) fn is_fresh(&self, at: Moment) -> bool {
        self.now.since(at) <= self.broker.max_sample_age
    }

    /// The refusal for numbers that are too old.
    pub(super) fn stale(&self, at: Moment, subject: &str, queue: Option<&QueueState>) -> Refusal {
        let message = format!(
            "{subject}: the last trusted numbers are from {}, which is longer ago than `maxSampleAge` ({:?}) allows; {}",
            at.clock_time(),
            self.broker.max_sample_age,
            Diagnosis::of(self, queue, None)
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
    fn unknown(&self, vhost: &str, subject: &str) -> Refusal {
        let diagnosis = Diagnosis::of(self, None, Some(vhost));
        Refusal::new(diagnosis.reason(), format!("{subject}: {diagnosis}"))
    }

    /// The refusal for a queue that does not exist, with the most likely mistake.
    pub(super) fn absent(&self, vhost: &str, name: &str) -> Refusal {
        let default = &*self.broker.default_vhost;
        let others = self.state.queues.iter().filter(|(other, queue, _)| *queue == name && *other != vhost);
        // The same one at every question, whatever the order of the map.
        let elsewhere = others.map(|(other, _, _)| other).min_by_key(|other| (*other != default, *other));
        let hint = match elsewhere {
            Some(other) if other == default => {
                format!("the default vhost `{other}` has a queue of that name: leave the label `vhost` out")
            }
            Some(other) => format!(
                "vhost `{other}` has a queue of that name: set the label `vhost` to it, or, if a label cannot hold that \
                 name, configure a backlog"
            ),
            None if self.state.queues.has_vhost(vhost) => {
                "declare it, or correct the selector's label `queue`".to_owned()
            }
            None => unknown_vhost("correct the label `vhost`"),
        };
        let subject = self.subject(vhost, name);
        Refusal::new(
            Reason::QueueMissing,
            format!("{subject} does not exist: the broker's list of queues does not have it; {hint}"),
        )
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
