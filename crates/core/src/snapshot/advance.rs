//! From one state of a broker to the next: pure.

use crate::Moment;
use std::sync::Arc;

use crate::observation::{Absences, Failure, Observation, Scope};

use super::holds::Holds;
use super::{BrokerState, Hold, HoldCause, Lasting, Listing, Nodes, QueueState, Queues, Sample, Seen};

/// How many queues are kept in any case although they were missed.
const UNSEEN_MIN: usize = 1000;

/// How many names of queues that are gone are kept in any case.
const NAMES_KEPT_MIN: usize = 1000;

impl BrokerState {
    /// The state after an observation.
    ///
    /// A queue's sample is replaced by a newer one, unless a number fell and there was a change lately that explains why the
    /// broker may show too little. A queue that is not in the observation keeps its last sample, with that sample's time,
    /// until enough reads have proved that it is gone.
    #[must_use]
    pub fn advance(&self, observation: &Observation) -> Self {
        let at = observation.at;
        let mut holds = Holds::after(self, observation);
        let mut seen = Seen::after(self.seen.as_ref(), observation, &holds);
        let mut unseen = 0;
        let mut queues = self.queues.after(&observation.queues, |names, number, state, reading| {
            let sample = reading.map(|reading| Sample { at, coverage: observation.coverage, reading: *reading });
            match (&mut *state, sample) {
                (None, sample) => *state = sample.map(|sample| QueueState::first(sample, &holds)),
                (Some(known), Some(sample)) => known.see_again(sample, &holds),
                (Some(_), None) if !observation.scope.covers(names.vhost(number), names.name(number)) => {}
                (Some(missed), None) => {
                    missed.missed_at(at, seen.proves_absence_in(names.vhost(number)));
                    if missed.unseen.is_some_and(|unseen| unseen.is_deleted(at)) {
                        *state = None;
                    } else {
                        unseen += 1;
                    }
                }
            }
        });
        let forgotten = forget_unseen(&mut queues, unseen, observation.queues.len());
        if let Some((from, to)) = forgotten {
            // What has been forgotten can no longer be told from what was never there.
            let hold = Hold::new(at, HoldCause::Shrunk { from, to });
            holds.begin(&hold);
            seen.hold = Some(hold);
        }
        if queues.names().len() > NAMES_KEPT_MIN + 2 * queues.len() {
            queues.forget_names();
        }
        let listing = match (&observation.absences, &observation.scope) {
            (Absences::Proven { vhosts, .. }, Scope::Everything) if seen.proves_absences() => {
                Some(Listing { at, vhosts: vhosts.clone() })
            }
            _ => self.listed.clone().filter(|_| forgotten.is_none()),
        };
        let unattributed = self.unattributed.after(observation);
        Self { queues: Arc::new(queues), seen: Some(seen), listed: listing, failure: None, holds, unattributed }
    }

    /// The state after a read that began at `at` and gave no observation: everything known is kept, with its time.
    #[must_use]
    pub fn failed(&self, at: Moment, failure: Failure) -> Self {
        let failure = Lasting::after(self.failure.as_ref(), failure, at, |_, _| true);
        Self { failure: Some(failure), holds: self.holds.failed(), ..self.clone() }
    }
}

/// Forgets the queues that were missed for longest, if more are kept although they were missed than there are: how many queues
/// were known before and are now.
///
/// Only a broker that shows other names at each read has so many, and their number must not grow with every read.
fn forget_unseen(queues: &mut Queues, unseen: usize, shown: usize) -> Option<(usize, usize)> {
    let (limit, from) = (shown.max(UNSEEN_MIN), queues.len());
    if unseen <= limit {
        return None;
    }
    let mut since: Vec<_> = queues.iter().filter_map(|(_, queue)| Some(queue.unseen_since()?.wall())).collect();
    since.sort_unstable();
    let oldest_kept = since[since.len().saturating_sub(limit)];
    queues.retain(|queue| queue.unseen_since().is_none_or(|since| since.wall() > oldest_kept));
    Some((from, queues.len()))
}

impl Seen {
    /// What `observation` looked like, coming after `before`.
    fn after(before: Option<&Self>, observation: &Observation, holds: &Holds) -> Self {
        let at = observation.at;
        let unread = observation.unread.first().cloned().map(|unread| {
            let before = before.and_then(|before| before.unread.as_ref());
            Lasting::after(before, unread, at, |before, now| before.node == now.node)
        });
        let unread_vhosts = observation.unread_vhosts.iter().map(|unread| {
            let mut earlier = before.iter().flat_map(|before| &before.unread_vhosts);
            let earlier = earlier.find(|earlier| earlier.what.vhost == unread.vhost);
            Lasting::after(earlier, unread.clone(), at, |_, _| true)
        });
        let unread_vhosts = unread_vhosts.collect();
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
        let degraded = observation.degraded.iter().map(|(source, failure)| {
            let mut earlier = before.iter().flat_map(|before| &before.degraded);
            let earlier = earlier.find(|(other, _)| other == source).map(|(_, lasting)| lasting);
            (*source, Lasting::after(earlier, failure.clone(), at, |_, _| true))
        });
        let (scope, degraded) = (observation.scope.clone(), degraded.collect());
        let nodes = Nodes::of(observation);
        Self { at, scope, nodes, unread, unread_vhosts, finding, skipping_since, absences, hold, degraded }
    }
}
