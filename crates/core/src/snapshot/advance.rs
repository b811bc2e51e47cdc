//! From one state of a broker to the next: pure.

use crate::Moment;
use crate::observation::{Absences, Failure, Observation, QueueId, Scope};

use super::holds::Holds;
use super::{BrokerState, Hold, Lasting, Listing, QueueState, Sample, Seen};

impl BrokerState {
    /// The state after an observation.
    ///
    /// A queue's sample is replaced by a newer one, unless a number fell and there was a change lately that explains why the
    /// broker may show too little. A queue that is not in the observation keeps its last sample, with that sample's time,
    /// until enough reads have proved that it is gone.
    #[must_use]
    pub fn advance(&self, observation: &Observation) -> Self {
        let at = observation.at;
        let holds = Holds::after(self, observation);
        let mut queues = self.queues.clone();
        for (vhost, name, reading) in observation.queues.iter() {
            let sample = Sample { at, coverage: observation.coverage, reading: *reading };
            match queues.get_mut(vhost, name) {
                Some(known) => *known = known.seen_again(sample, &holds),
                None => queues.insert(QueueId::new(vhost, name), QueueState::first(sample, &holds)),
            }
        }
        let seen = Seen::after(self.seen.as_ref(), observation, &holds);
        queues.retain(|vhost, name, known| {
            if !observation.scope.covers(vhost, name) || observation.queues.get(vhost, name).is_some() {
                return true;
            }
            known.missed_at(at, seen.proves_absence_in(vhost));
            !known.unseen.is_some_and(|unseen| unseen.is_deleted(at))
        });
        let listing = match (&observation.absences, &observation.scope) {
            (Absences::Proven { vhosts, .. }, Scope::Everything) if seen.proves_absences() => {
                Some(Listing { at, vhosts: vhosts.clone() })
            }
            _ => self.listed.clone(),
        };
        Self { queues, seen: Some(seen), listed: listing, failure: None, holds }
    }

    /// The state after a read that began at `at` and gave no observation: everything known is kept, with its time.
    #[must_use]
    pub fn failed(&self, at: Moment, failure: Failure) -> Self {
        let failure = Lasting::after(self.failure.as_ref(), failure, at, |_, _| true);
        Self { failure: Some(failure), holds: self.holds.failed(), ..self.clone() }
    }
}

impl Seen {
    /// What `observation` looked like, coming after `before`.
    fn after(before: Option<&Self>, observation: &Observation, holds: &Holds) -> Self {
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
        let absences =
            Lasting::after(before.map(|before| &before.absences), observation.absences.clone(), at, |before, now| {
                before == now
            });
        let by = match &observation.absences {
            Absences::Proven { by, .. } => Some(*by),
            Absences::Unproven(_) => observation.read_by.first().copied(),
        };
        let hold: Option<Hold> = by.and_then(|by| holds.of_absences(by, at));
        let (scope, degraded) = (observation.scope.clone(), observation.degraded.clone());
        Self { at, scope, unread, finding, skipping_since, absences, hold, degraded }
    }
}
