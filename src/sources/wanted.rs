//! Which queues a read of a broker should return.

use leveret_core::Backlog;
use leveret_core::observation::QueueId;

/// How many queues are requested one by one at most: 20 x 0.5 ms are 10 ms of the broker's processor time, and a few round
/// trips.
pub(super) const FEW: usize = 20;

/// Which queues one read of one broker should return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// These queues; none if there was no request lately.
    Queues(Vec<QueueId>),
    /// All queues: a pattern is configured, or more queues are requested than are remembered.
    Everything,
}

impl Wanted {
    /// How many queues are wanted; none if it is all there are.
    pub fn count(&self) -> Option<usize> {
        match self {
            Self::Everything => None,
            Self::Queues(queues) => Some(queues.len()),
        }
    }

    /// Whether a queue is wanted.
    pub fn includes(&self, vhost: &str, name: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Queues(queues) => queues.iter().any(|queue| *queue.vhost == *vhost && *queue.name == *name),
        }
    }

    /// These queues and those of the broker's configured backlogs. A pattern may match any queue, so it needs all of them.
    #[must_use]
    pub fn with_backlogs<'a>(self, broker: &str, backlogs: impl IntoIterator<Item = &'a Backlog>) -> Self {
        let Self::Queues(mut queues) = self else { return Self::Everything };
        for backlog in backlogs.into_iter().filter(|backlog| *backlog.broker == *broker) {
            let Some(named) = backlog.named_queues() else { return Self::Everything };
            queues.extend(named);
        }
        queues.sort_unstable();
        queues.dedup();
        Self::Queues(queues)
    }
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;
    use leveret_core::Choice;
    use leveret_core::backlog::{Aggregate, WhenMissing};

    #[test]
    fn the_queues_of_configured_backlogs_are_wanted() {
        let backlog = |broker: &str, vhosts: &Choice, queues: &Choice| Backlog {
            name: "orders".into(),
            broker: broker.into(),
            vhosts: vhosts.clone(),
            queues: queues.clone(),
            aggregate: Aggregate::Sum,
            when_missing: WhenMissing::Error,
        };
        let names = |names: &[&str]| Choice::Names(names.iter().map(|name| (*name).into()).collect());
        let pattern = Choice::Pattern { matching: Regex::new("^a$").expect("a pattern"), exclude: None };
        let asked = Wanted::Queues(vec![QueueId::new("v", "b")]);
        let backlogs =
            [backlog("main", &names(&["v", "w"]), &names(&["b", "a"])), backlog("other", &pattern, &pattern)];
        let wanted = asked.clone().with_backlogs("main", &backlogs);
        let queues = [("v", "a"), ("v", "b"), ("w", "a"), ("w", "b")];
        assert_eq!(wanted, Wanted::Queues(queues.map(|(vhost, name)| QueueId::new(vhost, name)).into()));
        assert!(wanted.includes("v", "a") && !wanted.includes("/", "a"));
        for (vhosts, queues) in [(&names(&["v"]), &pattern), (&pattern, &names(&["a"]))] {
            let wanted = asked.clone().with_backlogs("main", &[backlog("main", vhosts, queues)]);
            assert_eq!(wanted, Wanted::Everything);
        }
    }
}
