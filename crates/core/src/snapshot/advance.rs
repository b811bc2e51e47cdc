//! From one state of a broker to the next: pure.

use crate::Moment;
use crate::observation::{Failure, Observation, QueueId, Scope};

use super::{BrokerState, Hold, Lasting, QueueState, Sample, Seen};

impl BrokerState {
    /// The state after an observation.
    ///
    /// A queue's sample is replaced when the observation is trusted, and also when nothing at all is known about the
    /// queue and the observation is doubted only because queues are missing from it. A queue that is not in the
    /// observation keeps its last trusted sample, with that sample's time, until enough complete reads have missed it.
    #[must_use]
    pub fn advance(&self, observation: &Observation) -> Self {
        let cause = Hold::judge(self, observation);
        let hold = cause.filter(|hold| !hold.is_over(observation.at));
        let seen = Seen::after(self.seen.as_ref(), observation);
        let complete = seen.is_complete();
        let may_begin = hold.is_none_or(Hold::is_about_missing_queues);
        let mut queues = self.queues.clone();
        for (vhost, name, reading) in observation.queues.iter() {
            let sample = Sample { at: observation.at, coverage: observation.coverage, reading: *reading };
            match queues.get_mut(vhost, name) {
                Some(known) if hold.is_none() => *known = known.followed_by(sample),
                Some(known) => known.unseen = None,
                None if may_begin => {
                    queues.insert(QueueId::new(vhost, name), QueueState::first(sample));
                }
                None => {}
            }
        }
        if complete && hold.is_none_or(Hold::counts_missing_queues) {
            queues.retain(|vhost, name, known| {
                if observation.scope.covers(vhost, name) && observation.queues.get(vhost, name).is_none() {
                    known.missed_at(observation.at);
                }
                hold.is_some() || !known.unseen.is_some_and(|unseen| unseen.is_deleted(observation.at))
            });
        }
        let lists = complete && hold.is_none() && seen.scope == Scope::Everything;
        let listed = if lists { Some(seen.at) } else { self.listed };
        Self { queues, seen: Some(seen), listed, failure: None, hold: cause }
    }

    /// The state after a read that began at `at` and gave no observation: everything known is kept, with its time.
    #[must_use]
    pub fn failed(&self, at: Moment, failure: Failure) -> Self {
        let failure = Lasting::after(self.failure.as_ref(), failure, at, |_, _| true);
        Self { failure: Some(failure), ..self.clone() }
    }
}

impl Seen {
    /// What `observation` looked like, coming after `before`.
    fn after(before: Option<&Self>, observation: &Observation) -> Self {
        let at = observation.at;
        let unread = observation.unread.first().cloned().map(|unread| {
            let before = before.and_then(|before| before.unread.as_ref());
            Lasting::after(before, unread, at, |before, now| before.node == now.node)
        });
        let finding = observation.finding.map(|finding| {
            let before = before.and_then(|before| before.finding.as_ref());
            Lasting::after(before, finding, at, PartialEq::eq)
        });
        let skipping_since = before.and_then(|before| before.skipping_since).unwrap_or(at);
        let skipping_since = (observation.skipped > 0).then_some(skipping_since);
        let (scope, degraded) = (observation.scope.clone(), observation.degraded.clone());
        Self { at, scope, unread, finding, skipping_since, degraded }
    }
}
