//! Which queues were requested, so that a broker is asked for no more than is needed.
//!
//! The API notes every queue it is asked about; a poll reads the notes. Notes are bounded in number and in time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::sources::Wanted;
use leveret_core::Moment;
use leveret_core::observation::QueueId;

/// How long a question is remembered: forty HPA periods of 15 s, so that no live HPA is ever forgotten.
pub const REMEMBERED: Duration = Duration::from_secs(600);

/// How many queues are remembered per broker. When more are asked for, the whole broker is read; that costs one read too.
const QUEUES_MAX: usize = 4096;

/// Recently requested queues, by broker. One writer per question, one reader per poll.
#[derive(Debug, Default)]
pub struct Demand(Mutex<HashMap<Box<str>, HashMap<QueueId, Moment>>>);

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

    /// The queues of a broker that were requested recently. Forgets requests that are too old.
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
    use super::*;

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
}
