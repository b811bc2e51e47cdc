//! What keeps a broker's queues from being known.

use std::fmt;

use crate::Moment;
use crate::observation::{Absences, Failure, Finding, Scope, UnreadNode, UnreadVhost};
use crate::snapshot::{Hold, KnownQueue, Lasting, Seen};

use super::lookup::Lookup;
use super::reason::Reason;

/// What keeps a broker's queues from being known, in words that stay the same while it lasts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Diagnosis<'a> {
    pub(super) broker: &'a str,
    pub(super) obstacle: Obstacle<'a>,
}

/// Why the broker's numbers cannot be used.
#[derive(Clone, Copy, Debug)]
pub(super) enum Obstacle<'a> {
    /// The first read has not ended.
    NotReadYet,
    /// Every read fails.
    Failing(&'a Lasting<Failure>),
    /// The management API lists no queue.
    EmptyList(Moment),
    /// The Prometheus endpoint has no row of a queue.
    NoQueueRows(Moment),
    /// The answers are doubtful.
    Held(&'a Hold),
    /// A node cannot be read.
    NodeUnread(&'a Lasting<UnreadNode>),
    /// The virtual host's queues cannot be read.
    VhostUnread(&'a Lasting<UnreadVhost>),
    /// The user may not see the virtual host.
    VhostHidden(&'a str),
    /// The answers do not prove that a queue does not exist.
    Unproven(&'a Lasting<Absences>, &'a str),
    /// The lists have no counts.
    CollectorOff(Moment),
    /// Parts of the answers cannot be parsed.
    Skipping(Moment),
    /// The queue is known, and the last complete reads have missed it.
    QueueMissed(Moment),
    /// No read has ended for too long.
    Overdue(Moment),
    /// The broker is polled only for queues that were requested, and this one was not.
    NotAskedYet,
}

impl<'a> Diagnosis<'a> {
    /// What keeps the broker of `lookup` from being known better: `queue`, if it is known, or whether there are others in
    /// `vhost`.
    pub(super) fn of(lookup: &Lookup<'a>, queue: Option<KnownQueue<'_>>, vhost: Option<&'a str>) -> Self {
        let obstacle = Obstacle::of(lookup, queue, vhost);
        Self { broker: &lookup.broker.name, obstacle }
    }

    /// The diagnosis of a broker that has no state.
    pub(super) fn not_read_yet(broker: &'a str) -> Self {
        Self { broker, obstacle: Obstacle::NotReadYet }
    }

    /// The reason why a queue of the broker is not known.
    pub(super) fn reason(&self) -> Reason {
        match self.obstacle {
            Obstacle::NotReadYet => Reason::NotReadYet,
            Obstacle::Failing(_) | Obstacle::VhostUnread(_) => Reason::Unreadable,
            Obstacle::EmptyList(_) | Obstacle::VhostHidden(_) => Reason::NoPermission,
            Obstacle::NoQueueRows(_) => Reason::NoQueueRows,
            Obstacle::Held(_) => Reason::Unsettled,
            Obstacle::NodeUnread(_) => Reason::NodeUnread,
            Obstacle::Unproven(..) => Reason::Unproven,
            Obstacle::CollectorOff(_) => Reason::CollectorOff,
            Obstacle::Skipping(_) => Reason::NotUnderstood,
            Obstacle::QueueMissed(_) | Obstacle::Overdue(_) => Reason::Unseen,
            Obstacle::NotAskedYet => Reason::NotAskedYet,
        }
    }
}

impl<'a> Obstacle<'a> {
    fn of(lookup: &Lookup<'a>, queue: Option<KnownQueue<'_>>, vhost: Option<&'a str>) -> Self {
        let state = lookup.state;
        if let Some(failure) = &state.failure {
            return Self::Failing(failure);
        }
        let Some(seen) = &state.seen else { return Self::NotReadYet };
        if !lookup.is_fresh(seen.at) {
            return Self::Overdue(seen.at);
        }
        let finding = seen.finding.as_ref().map(|finding| (finding.what, finding.since));
        match finding {
            Some((Finding::EmptyList, since)) => return Self::EmptyList(since),
            Some((Finding::NoQueueRows, since)) => return Self::NoQueueRows(since),
            Some((Finding::CollectorOff, since)) if seen.unread.is_none() => return Self::CollectorOff(since),
            Some((Finding::CollectorOff, _)) | None => {}
        }
        Self::of_absence(seen, vhost)
            .or_else(|| queue.and_then(KnownQueue::unseen_since).map(Self::QueueMissed))
            .unwrap_or(if seen.scope == Scope::Everything { Self::Overdue(seen.at) } else { Self::NotAskedYet })
    }

    /// Why the read does not prove that a queue of `vhost` does not exist.
    fn of_absence(seen: &'a Seen, vhost: Option<&'a str>) -> Option<Self> {
        if let (Absences::Unproven(why), unread) = (&seen.absences.what, &seen.unread) {
            return Some(unread.as_ref().map_or(Self::Unproven(&seen.absences, why), Self::NodeUnread));
        }
        let mut unread = seen.unread_vhosts.iter();
        if let Some(unread) = unread.find(|unread| vhost == Some(&*unread.what.vhost)) {
            return Some(Self::VhostUnread(unread));
        }
        let hidden = vhost
            .filter(|vhost| !matches!(&seen.absences.what, Absences::Proven { vhosts, .. } if vhosts.include(vhost)));
        let skipping = seen.skipping_since.map(Self::Skipping);
        hidden.map(Self::VhostHidden).or_else(|| seen.hold.as_ref().map(Self::Held)).or(skipping)
    }
}

impl fmt::Display for Diagnosis<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.broker;
        match self.obstacle {
            Obstacle::NotReadYet => {
                write!(f, "broker `{name}` has not been read yet; its first read is in progress")
            }
            Obstacle::Failing(failure) => {
                let since = failure.since.clock_time();
                write!(f, "reads of broker `{name}` have failed since {since}: {}", failure.what)
            }
            Obstacle::EmptyList(since) => write!(
                f,
                "broker `{name}` has answered with an empty list of queues since {}, as it does to a user without permission \
                 on the virtual host; let an administrator run `rabbitmqctl set_permissions -p VHOST USER '^$' '^$' '^$'` \
                 and give the user the tag `management`",
                since.clock_time()
            ),
            Obstacle::NoQueueRows(since) => write!(
                f,
                "the Prometheus endpoint of broker `{name}` has answered without a single queue since {}; either no queue is \
                 declared, or the address is not that of a RabbitMQ node's port 15692",
                since.clock_time()
            ),
            Obstacle::Held(hold) => write!(
                f,
                "falls, zeros and absences of broker `{name}` have not been used since {}: {}",
                hold.since.clock_time(),
                hold.cause
            ),
            Obstacle::NodeUnread(unread) => write!(
                f,
                "node {} of broker `{name}` has not been read since {}, so the queues on it are not known: {}",
                unread.what.node,
                unread.since.clock_time(),
                unread.what.why
            ),
            Obstacle::VhostUnread(unread) => write!(
                f,
                "the queues of virtual host `{}` on broker `{name}` have not been read since {}: {}",
                unread.what.vhost,
                unread.since.clock_time(),
                unread.what.why
            ),
            Obstacle::VhostHidden(vhost) => write!(
                f,
                "Leveret's user on broker `{name}` may not see virtual host `{vhost}`, or there is none of that name; let an \
                 administrator run `rabbitmqctl set_permissions -p {vhost} USER '^$' '^$' '^$'`, or correct the name"
            ),
            Obstacle::Unproven(absences, why) => write!(
                f,
                "the answers of broker `{name}` since {} do not show whether it exists: {why}",
                absences.since.clock_time()
            ),
            Obstacle::CollectorOff(since) => write!(
                f,
                "broker `{name}` has answered without counts since {}, because its statistics collector is off: set \
                 `management_agent.disable_metrics_collector = false` in rabbitmq.conf, or configure `prometheus` for the \
                 broker",
                since.clock_time()
            ),
            Obstacle::Skipping(since) => write!(
                f,
                "a part of what broker `{name}` has answered since {} could not be parsed, and the queue may be in it; check \
                 that nothing between Leveret and the broker changes its answers",
                since.clock_time()
            ),
            Obstacle::QueueMissed(since) => write!(
                f,
                "the queue has been missing from the answers of broker `{name}` since {}; it was probably deleted, or its \
                 node is down",
                since.clock_time()
            ),
            Obstacle::Overdue(last) => write!(
                f,
                "broker `{name}` was last read at {}, and no read has ended since; the broker or Leveret is overloaded",
                last.clock_time()
            ),
            Obstacle::NotAskedYet => write!(
                f,
                "broker `{name}` is polled only for queues that have been requested; this queue is included from the next \
                 poll"
            ),
        }
    }
}
