//! Finding a queue in the snapshot, or saying what is known instead.
//!
//! A queue that is not in the snapshot is missing only when a complete, trusted and recent list has not had it. In every
//! other case it is unknown, and the answer says what stands in the way.

use std::time::Duration;

use crate::Broker;
use crate::Moment;
use crate::observation::{Finding, Scope};
use crate::snapshot::{BrokerState, QueueState, Snapshot};

use super::refusal::{Refusal, RefusalKind};

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

/// A queue that was found, or one that surely does not exist.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'a> {
    /// Its state is known and recent enough.
    Queue(&'a QueueState),
    /// A trusted and complete list of this time does not have it.
    Missing(Moment),
}

impl<'a> Lookup<'a> {
    /// The broker's state, if it was ever read.
    pub(super) fn new(broker: &'a Broker, snapshot: &'a Snapshot, now: Moment) -> Result<Self, Refusal> {
        match snapshot.broker(&broker.name) {
            Some(state) => Ok(Self { broker, state, now }),
            None => Err(unavailable(
                "not_read_yet",
                format!("broker `{}` has not been read yet; its first read is under way", broker.name),
            )),
        }
    }

    /// A queue by its name.
    pub(super) fn queue(&self, vhost: &str, name: &str) -> Result<Found<'a>, Refusal> {
        if let Some(queue) = self.state.queues.get(vhost, name) {
            return self.fresh(queue.latest.at, &self.subject(vhost, name)).map(|()| Found::Queue(queue));
        }
        match self.asked(vhost, name).or(self.state.listed) {
            Some(at) if self.is_fresh(at) => Ok(Found::Missing(at)),
            _ => Err(self.unknown(&self.subject(vhost, name))),
        }
    }

    /// All known queues of a virtual host, and when the last list was whole that shows that there are no others.
    pub(super) fn vhost(
        &self,
        vhost: &str,
        subject: &str,
    ) -> Result<(Moment, impl Iterator<Item = (&'a str, &'a QueueState)>), Refusal> {
        match self.state.listed {
            Some(at) if self.is_fresh(at) => Ok((at, self.state.queues.in_vhost(vhost))),
            _ => Err(self.unknown(subject)),
        }
    }

    /// Refuses what is older than the broker's `maxSampleAge`.
    pub(super) fn fresh(&self, at: Moment, subject: &str) -> Result<(), Refusal> {
        if self.is_fresh(at) {
            return Ok(());
        }
        let (age, limit) = (seconds(self.now.since(at)), seconds(self.broker.max_sample_age));
        let (_, cause) = self.trouble();
        Err(unavailable(
            "stale",
            format!("{subject}: the last trusted numbers are {age} old, more than `maxSampleAge` {limit}; {cause}"),
        ))
    }

    fn is_fresh(&self, at: Moment) -> bool {
        self.now.since(at) <= self.broker.max_sample_age
    }

    /// When the last read began, if it was trusted, asked for this queue, and did not see it.
    fn asked(&self, vhost: &str, name: &str) -> Option<Moment> {
        let trusted = self.state.failure.is_none() && self.state.unsettled().is_none();
        let seen = self.state.seen.as_ref().filter(|seen| trusted && seen.is_complete())?;
        seen.scope.covers(vhost, name).then_some(seen.at)
    }

    /// The refusal for what may or may not exist.
    fn unknown(&self, subject: &str) -> Refusal {
        let (reason, cause) = self.trouble();
        unavailable(reason, format!("{subject}: {cause}"))
    }

    /// What stands in the way of knowing more of the broker.
    fn trouble(&self) -> (&'static str, String) {
        let (name, state) = (&self.broker.name, self.state);
        let ago = |at| seconds(self.now.since(at));
        if let Some(failure) = &state.failure {
            let reason = if state.seen.is_some() { "unsettled" } else { "unreadable" };
            return (reason, format!("the last read of broker `{name}`, {} ago, failed: {failure}", ago(failure.at)));
        }
        let Some(seen) = &state.seen else {
            return ("not_read_yet", format!("the first read of broker `{name}` has not ended"));
        };
        let when = ago(seen.at);
        match (seen.finding, state.unsettled(), &seen.unread) {
            (Some(Finding::EmptyList), _, _) => (
                "no_permission",
                format!(
                    "broker `{name}` answered {when} ago with an empty list of queues, as it does to a user without \
                     permission on the virtual host; let an administrator run `rabbitmqctl set_permissions -p VHOST USER \
                     '^$' '^$' '^$'` and give the user the tag `management`"
                ),
            ),
            (Some(Finding::NoQueueRows), _, _) => (
                "no_queue_rows",
                format!(
                    "the Prometheus endpoint of broker `{name}` answered {when} ago without a single queue; either no queue \
                     is declared, or the address is not that of a RabbitMQ node's port 15692"
                ),
            ),
            (_, Some(unsettled), _) => (
                "unsettled",
                format!(
                    "the answers of broker `{name}` have not been trusted for {}: {}",
                    ago(unsettled.since),
                    unsettled.why
                ),
            ),
            (_, None, Some(unread)) => (
                "node_unread",
                format!(
                    "node {} of broker `{name}` could not be read {when} ago ({}), and the queue may be on it",
                    unread.node, unread.why
                ),
            ),
            (Some(Finding::CollectorOff), None, None) => (
                "collector_off",
                format!("broker `{name}` answered {when} ago without counts, because its statistics collector is off"),
            ),
            (None, None, None) if seen.skipped > 0 => (
                "not_understood",
                format!(
                    "{} lines of what broker `{name}` answered {when} ago could not be understood, and the queue may be among \
                     them",
                    seen.skipped
                ),
            ),
            (None, None, None) if seen.scope == Scope::Everything => {
                ("unseen", format!("it was not in the last answers of broker `{name}`, the last one {when} ago"))
            }
            (None, None, None) => (
                "not_asked_yet",
                format!("broker `{name}` is asked for the queues that somebody wants, and for this one from now on"),
            ),
        }
    }

    /// The refusal for a queue that surely does not exist, with the likeliest mistake.
    pub(super) fn missing(&self, vhost: &str, name: &str, at: Moment) -> Refusal {
        let elsewhere = self.state.queues.iter().find(|(other, queue, _)| *queue == name && *other != vhost);
        let hint = match elsewhere {
            Some((other, _, _)) if *other == *self.broker.default_vhost => {
                format!("there is one of that name in the default vhost `{other}`: leave the label `vhost` out")
            }
            Some((other, _, _)) => format!(
                "there is one of that name in vhost `{other}`: set the label `vhost` to it, or, where a label cannot hold \
                 that name, configure a backlog"
            ),
            None if self.state.queues.has_vhost(vhost) => {
                "declare it, or correct the selector's label `queue`".to_owned()
            }
            None => {
                "no queue is known in that vhost: correct the label `vhost`, or give Leveret's user permission on it"
                    .to_owned()
            }
        };
        Refusal::new(
            RefusalKind::NotFound,
            "queue_missing",
            format!(
                "{} does not exist: the broker listed {} queues {} ago and not this one; {hint}",
                self.subject(vhost, name),
                self.state.queues.len(),
                seconds(self.now.since(at)),
            ),
        )
    }

    /// How a queue is named in every message.
    pub(super) fn subject(&self, vhost: &str, queue: &str) -> String {
        format!("queue `{queue}` in vhost `{vhost}` of broker `{}`", self.broker.name)
    }
}

/// A refusal because there is no number now.
pub(super) fn unavailable(reason: &'static str, message: String) -> Refusal {
    Refusal::new(RefusalKind::Unavailable, reason, message)
}

/// A time in whole seconds, as messages give it.
pub(super) fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs())
}
