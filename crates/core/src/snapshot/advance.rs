//! From one state of a broker to the next: pure.

use crate::observation::{Failure, Observation, QueueId, Scope};

use super::{BrokerState, QueueState, Sample, Seen, Unsettled};

impl BrokerState {
    /// The state after an observation.
    ///
    /// A queue's sample is replaced when the observation is trusted, and also when nothing at all is known about the
    /// queue and the observation is doubted only because something is missing from it. A queue that is not in the
    /// observation keeps its last trusted sample, with that sample's time, until enough complete reads have missed it.
    #[must_use]
    pub fn advance(&self, observation: &Observation) -> Self {
        let disturbance = Unsettled::judge(self, observation);
        let unsettled = disturbance.as_ref().filter(|disturbance| !disturbance.has_settled(observation.at));
        let seen = Seen {
            at: observation.at,
            scope: observation.scope.clone(),
            unread: observation.unread.first().cloned(),
            finding: observation.finding,
            skipped: observation.skipped,
        };
        let complete = seen.is_complete();
        let may_begin = unsettled.is_none_or(Unsettled::only_lacks);
        let mut queues = self.queues.clone();
        for (vhost, name, reading) in observation.queues.iter() {
            let sample = Sample { at: observation.at, coverage: observation.coverage, reading: *reading };
            match queues.get_mut(vhost, name) {
                Some(known) if unsettled.is_none() => *known = known.followed_by(sample),
                Some(known) => known.unseen = None,
                None if may_begin => {
                    queues.insert(QueueId::new(vhost, name), QueueState::first(sample));
                }
                None => {}
            }
        }
        if complete && unsettled.is_none_or(Unsettled::counts_absences) {
            queues.retain(|vhost, name, known| {
                if observation.scope.covers(vhost, name) && observation.queues.get(vhost, name).is_none() {
                    known.missed_at(observation.at);
                }
                unsettled.is_some() || !known.unseen.is_some_and(|unseen| unseen.is_believed(observation.at))
            });
        }
        let lists = complete && unsettled.is_none() && seen.scope == Scope::Everything;
        let listed = if lists { Some(seen.at) } else { self.listed };
        Self { queues, seen: Some(seen), listed, failure: None, disturbance }
    }

    /// The state after a read that gave no observation: everything known is kept, with its time.
    #[must_use]
    pub fn failed(&self, failure: Failure) -> Self {
        Self { failure: Some(failure), ..self.clone() }
    }
}
