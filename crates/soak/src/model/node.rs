//! A node of a broker.

use std::time::{Duration, Instant};

use crate::fault::Damage;

/// For how long a node has been up when the soak begins.
const UP_BEFORE: Duration = Duration::from_secs(5000);

/// For how long a node that starts has no uptime at the management API.
const WITHOUT_UPTIME: Duration = Duration::from_millis(5100);

/// One node.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    /// When its virtual machine started, and how long before the soak.
    started: (Instant, Duration),
    /// When RabbitMQ in it gave its first answer.
    pub(crate) answers_since: Instant,
    /// How often its Prometheus endpoint was scraped since then.
    pub(crate) scrapes: u64,
    /// When it comes back, and how; none while it is up.
    pub(crate) down: Option<(Instant, Return)>,
    /// Whether the other nodes are still connected to its virtual machine while it is down.
    pub(crate) connected: bool,
    /// Until when it answers 404 to everything, because it starts or stops.
    pub(crate) routes_nothing_until: Option<Instant>,
    /// Since when it has been asked to stop, and when it goes down for how long.
    pub(crate) stops: Option<(Instant, Instant, Duration)>,
    /// Until when the virtual host is stopped on it.
    pub(crate) vhost_stopped_until: Option<Instant>,
    /// Until when it does not answer at all, while it keeps its connections.
    pub(crate) silent_until: Option<Instant>,
    pub(crate) slow_until: Option<Instant>,
    /// How some of its answers are spoilt.
    pub(crate) spoilt: Option<Spoilt>,
    /// What it says in place of its uptime.
    pub(crate) uptime_lie: Option<(Instant, usize)>,
    /// How often it still goes down by itself.
    pub(crate) flaps_left: u32,
    /// When it does so next.
    pub(crate) flaps_at: Option<Instant>,
}

/// How a node comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Return {
    /// With a new virtual machine.
    Restarted,
    /// In the virtual machine that it had.
    InTheSameMachine,
    /// With a new virtual machine and this name.
    Renamed(String),
}

/// How some answers of a node are spoilt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spoilt {
    pub(crate) damage: Damage,
    pub(crate) until: Instant,
    /// How many of a hundred.
    pub(crate) percent: u8,
}

impl Node {
    pub(super) fn new(broker: &str, number: usize, now: Instant) -> Self {
        Self {
            name: format!("rabbit{number}@{broker}"),
            started: (now, UP_BEFORE),
            answers_since: now.checked_sub(UP_BEFORE).unwrap_or(now),
            scrapes: 1000,
            down: None,
            connected: true,
            routes_nothing_until: None,
            stops: None,
            vhost_stopped_until: None,
            silent_until: None,
            slow_until: None,
            spoilt: None,
            uptime_lie: None,
            flaps_left: 0,
            flaps_at: None,
        }
    }

    /// Whether its ports are open.
    pub(crate) fn is_up(&self) -> bool {
        self.down.is_none()
    }

    /// Whether it is up and answers.
    pub(crate) fn is_answering(&self, now: Instant) -> bool {
        self.is_up() && self.silent_until.is_none_or(|until| now >= until)
    }

    /// Whether the virtual host is stopped on it, so that its queues are not running.
    pub(crate) fn has_stopped_vhost(&self, now: Instant) -> bool {
        self.vhost_stopped_until.is_some_and(|until| now < until)
    }

    /// For how long its virtual machine has been running.
    pub(crate) fn uptime(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.started.0) + self.started.1
    }

    /// The same as the management API tells it.
    pub(crate) fn told_uptime(&self, now: Instant) -> Option<Duration> {
        (now >= self.answers_since + WITHOUT_UPTIME).then(|| self.uptime(now))
    }

    /// Comes back up.
    pub(super) fn come_back(&mut self, how: Return, now: Instant) {
        if how != Return::InTheSameMachine {
            self.started = (now, Duration::from_secs(4));
        }
        if let Return::Renamed(name) = how {
            self.name = name;
        }
        (self.down, self.connected) = (None, true);
        (self.stops, self.vhost_stopped_until) = (None, None);
        (self.answers_since, self.scrapes) = (now, 0);
    }
}
