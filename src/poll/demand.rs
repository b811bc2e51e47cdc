//! Which queues somebody wants, so that a broker is asked no more than it must be.
//!
//! The API notes every queue it is asked about; a poll reads the notes. Notes are bounded in number and in time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Moment;
use crate::config::{BacklogConfig, QueueChoice};
use crate::observation::QueueId;

/// How long a question is remembered: forty HPA periods of 15 s, so that no live HPA is ever forgotten.
const REMEMBERED: Duration = Duration::from_secs(600);

/// How many queues are remembered per broker. Beyond it the whole broker is wanted, which is one read all the same.
const QUEUES_MAX: usize = 4096;

/// The questions of late, by broker. One writer per question, one reader per poll.
#[derive(Debug, Default)]
pub struct Demand(Mutex<HashMap<Box<str>, HashMap<QueueId, Moment>>>);

/// What one poll of one broker should bring back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// These queues; none at all when nobody has asked.
    Queues(Vec<QueueId>),
    /// Everything: a pattern is configured, or more queues are asked for than are remembered.
    Everything,
}

impl Wanted {
    /// Whether a queue is wanted.
    pub fn includes(&self, vhost: &str, name: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Queues(queues) => queues.iter().any(|queue| *queue.vhost == *vhost && *queue.name == *name),
        }
    }

    /// What is wanted together with what the configured backlogs of a broker are made of. A pattern may match any queue,
    /// so it wants them all.
    #[must_use]
    pub fn with_backlogs<'a>(self, broker: &str, backlogs: impl IntoIterator<Item = &'a BacklogConfig>) -> Self {
        let Self::Queues(mut queues) = self else { return Self::Everything };
        for backlog in backlogs.into_iter().filter(|backlog| *backlog.broker == *broker) {
            match &backlog.queues {
                QueueChoice::Pattern { .. } => return Self::Everything,
                QueueChoice::Names(names) => {
                    queues.extend(names.iter().map(|name| QueueId::new(&*backlog.vhost, &**name)));
                }
            }
        }
        queues.sort_unstable();
        queues.dedup();
        Self::Queues(queues)
    }
}

impl Demand {
    /// Notes that a queue was asked for.
    pub fn ask(&self, broker: &str, queue: &QueueId, now: Moment) {
        let mut brokers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !brokers.contains_key(broker) {
            brokers.insert(broker.into(), HashMap::new());
        }
        let Some(asked) = brokers.get_mut(broker) else { return };
        if let Some(at) = asked.get_mut(queue) {
            *at = now;
        } else if asked.len() <= QUEUES_MAX {
            asked.insert(queue.clone(), now);
        }
    }

    /// What of a broker was asked for lately. Forgets what nobody asks for any more.
    pub fn wanted(&self, broker: &str, now: Moment) -> Wanted {
        let mut brokers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(asked) = brokers.get_mut(broker) else { return Wanted::Queues(Vec::new()) };
        asked.retain(|_, at| now.since(*at) <= REMEMBERED);
        if asked.len() > QUEUES_MAX {
            return Wanted::Everything;
        }
        let mut queues: Vec<QueueId> = asked.keys().cloned().collect();
        queues.sort_unstable();
        Wanted::Queues(queues)
    }
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;
    use crate::config::{Aggregate, WhenMissing};

    fn at(seconds: u64) -> Moment {
        Moment::new(Duration::ZERO, jiff::Timestamp::UNIX_EPOCH).plus(Duration::from_secs(seconds))
    }

    #[test]
    fn a_question_is_remembered_for_ten_minutes() {
        let (demand, orders) = (Demand::default(), QueueId::new("/", "orders"));
        assert_eq!(demand.wanted("main", at(0)), Wanted::Queues(vec![]));
        demand.ask("main", &orders, at(0));
        assert_eq!(demand.wanted("main", at(600)), Wanted::Queues(vec![orders]));
        assert_eq!(demand.wanted("other", at(600)), Wanted::Queues(vec![]));
        assert_eq!(demand.wanted("main", at(601)), Wanted::Queues(vec![]));
    }

    #[test]
    fn too_many_questions_want_everything() {
        let demand = Demand::default();
        for n in 0..=QUEUES_MAX + 5 {
            demand.ask("main", &QueueId::new("/", n.to_string()), at(0));
        }
        assert_eq!(demand.wanted("main", at(1)), Wanted::Everything);
        assert_eq!(demand.wanted("main", at(601)), Wanted::Queues(vec![]));
    }

    #[test]
    fn configured_backlogs_want_their_queues() {
        let backlog = |broker: &str, queues| BacklogConfig {
            name: "orders".into(),
            broker: broker.into(),
            vhost: "v".into(),
            queues,
            aggregate: Aggregate::Sum,
            when_missing: WhenMissing::Error,
        };
        let names = QueueChoice::Names(vec!["b".into(), "a".into()]);
        let pattern = QueueChoice::Pattern { matching: Regex::new("^a$").expect("a pattern"), exclude: None };
        let asked = Wanted::Queues(vec![QueueId::new("v", "b")]);
        let wanted = asked.clone().with_backlogs("main", &[backlog("main", names), backlog("other", pattern.clone())]);
        assert_eq!(wanted, Wanted::Queues(vec![QueueId::new("v", "a"), QueueId::new("v", "b")]));
        assert!(wanted.includes("v", "a") && !wanted.includes("/", "a"));
        assert_eq!(asked.with_backlogs("main", &[backlog("main", pattern)]), Wanted::Everything);
    }
}
