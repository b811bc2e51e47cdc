//! Finding a queue in the snapshot, or saying what is known instead.
//!
//! A queue that is not in the snapshot is missing only when a complete, trusted and recent list has not had it. In every
//! other case it is unknown, and the answer says what stands in the way.

use std::time::Duration;

use crate::clock::Moment;
use crate::config::BrokerConfig;
use crate::observation::Finding;
use crate::snapshot::{BrokerState, QueueState, Snapshot};

use super::refusal::{Refusal, RefusalKind};

/// One broker as one question finds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lookup<'a> {
    /// The broker's configuration.
    pub(super) config: &'a BrokerConfig,
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
    pub(super) fn new(config: &'a BrokerConfig, snapshot: &'a Snapshot, now: Moment) -> Result<Self, Refusal> {
        match snapshot.broker(&config.name) {
            Some(state) => Ok(Self { config, state, now }),
            None => Err(unavailable(
                "not_read_yet",
                format!("broker `{}` has not been read yet; its first read is under way", config.name),
            )),
        }
    }

    /// A queue by its name.
    pub(super) fn queue(&self, vhost: &str, name: &str) -> Result<Found<'a>, Refusal> {
        match self.state.queues.get(vhost, name) {
            Some(queue) => self.fresh(queue.latest.at, &self.subject(vhost, name)).map(|()| Found::Queue(queue)),
            None => self.trusted_list(&self.subject(vhost, name)).map(Found::Missing),
        }
    }

    /// All queues of a virtual host that are recent enough, if the list can be trusted to be whole.
    pub(super) fn vhost(&self, vhost: &str, subject: &str) -> Result<Vec<(&'a str, &'a QueueState)>, Refusal> {
        self.trusted_list(subject)?;
        Ok(self.state.queues.in_vhost(vhost).collect())
    }

    /// Refuses what is older than the broker's `maxSampleAge`.
    pub(super) fn fresh(&self, at: Moment, subject: &str) -> Result<(), Refusal> {
        let (age, limit) = (self.now.since(at), self.config.max_sample_age);
        if age <= limit {
            return Ok(());
        }
        let (age, limit) = (seconds(age), seconds(limit));
        let cause = self.trouble().unwrap_or_else(|| "its queue was not in the last answers".to_owned());
        Err(unavailable(
            "stale",
            format!("{subject}: the last trusted numbers are {age} old, more than `maxSampleAge` {limit}; {cause}"),
        ))
    }

    /// The time of the last list, if a queue that it lacks is thereby missing.
    fn trusted_list(&self, subject: &str) -> Result<Moment, Refusal> {
        let name = &self.config.name;
        let Some(seen) = self.state.seen else {
            let trouble = self.trouble().unwrap_or_else(|| "no read has ended yet".to_owned());
            return Err(unavailable("unreadable", format!("{subject}: {trouble}")));
        };
        let ago = seconds(self.now.since(seen.at));
        let (reason, message) = match seen.finding {
            Some(Finding::EmptyList) => (
                "no_permission",
                format!(
                    "broker `{name}` answered {ago} ago with an empty list of queues, as it does to a user without \
                     permission on the virtual host; let an administrator run `rabbitmqctl set_permissions -p VHOST USER \
                     '^$' '^$' '^$'` and give the user the tag `management`"
                ),
            ),
            Some(Finding::NoQueueRows) => (
                "no_queue_rows",
                format!(
                    "the Prometheus endpoint of broker `{name}` answered {ago} ago without a single queue; either no queue \
                     is declared, or the address is not that of a RabbitMQ node's port 15692"
                ),
            ),
            _ => match self.trouble() {
                Some(trouble) => ("unsettled", trouble),
                None if !seen.complete => (
                    "not_asked_yet",
                    format!(
                        "broker `{name}` is asked for the queues that somebody wants, and for this one from now on"
                    ),
                ),
                None => return self.fresh(seen.at, subject).map(|()| seen.at),
            },
        };
        Err(unavailable(reason, format!("{subject}: {message}")))
    }

    /// What stands in the way of trusting the broker's last answers, if anything does.
    fn trouble(&self) -> Option<String> {
        let name = &self.config.name;
        if let Some(failure) = &self.state.failure {
            let ago = seconds(self.now.since(failure.at));
            return Some(format!("the last read of broker `{name}`, {ago} ago, failed: {failure}"));
        }
        let unsettled = self.state.unsettled.as_ref()?;
        let ago = seconds(self.now.since(unsettled.since));
        Some(format!("the answers of broker `{name}` have not been trusted for {ago}: {}", unsettled.why))
    }

    /// The refusal for a queue that surely does not exist, with the likeliest mistake.
    pub(super) fn missing(&self, vhost: &str, name: &str, at: Moment) -> Refusal {
        let elsewhere = self.state.queues.iter().find(|(other, queue, _)| *queue == name && *other != vhost);
        let hint = match elsewhere {
            Some((other, _, _)) => {
                format!("there is one of that name in vhost `{other}`: add the label `vhost`, or configure a backlog")
            }
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
        format!("queue `{queue}` in vhost `{vhost}` of broker `{}`", self.config.name)
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
