//! Filling what the Prometheus endpoints cannot give from the management API.

use super::Broker;
use super::http::{Deadline, Fault};
use super::management::{Plan, SINGLES_MAX};
use crate::broker::Wanted;
use leveret_core::observation::{Absence, Observation, QueueId, QueueReading, Reading};
use leveret_runtime::secret::Login;

const NOT_YET_ASKED: Reading = Reading::Absent(Absence::NotYetAsked);

impl Broker {
    /// Fills an observation as far as it has gaps and somebody wants what is in them. Gives the fault if that failed; the
    /// numbers that are there stay as they are.
    pub(super) async fn fill(
        &mut self,
        observation: &mut Observation,
        login: Option<&Login>,
        wanted: &Wanted,
        deadline: Deadline,
    ) -> Option<Fault> {
        let (Some(management), Some(login)) = (&self.management, login) else { return None };
        mark(observation, Absence::NotYetAsked, |_, _| true);
        let plan = plan(observation, wanted)?;
        match management.fetch(&mut self.http, login, plan, deadline).await {
            Ok(found) => {
                for (vhost, name, reading) in found.iter() {
                    match observation.queues.get_mut(vhost, name) {
                        Some(known) => known.fill_from(reading),
                        None => observation.queues.insert(QueueId::new(vhost, name), *reading),
                    }
                }
                None
            }
            Err(fault) => {
                mark(observation, Absence::FillFailed, |vhost, name| wanted.includes(vhost, name));
                Some(fault)
            }
        }
    }
}

/// What to ask the management API for; none when there is nothing to fill.
fn plan(observation: &Observation, wanted: &Wanted) -> Option<Plan> {
    match wanted {
        Wanted::Everything => observation.queues.iter().any(|(_, _, reading)| has_gap(reading)).then_some(Plan::List),
        Wanted::Queues(queues) => {
            let reading = |queue: &QueueId| observation.queues.get(&queue.vhost, &queue.name);
            let (known, unseen): (Vec<_>, Vec<_>) = queues.iter().partition(|queue| reading(queue).is_some());
            let mut asked: Vec<QueueId> =
                known.into_iter().filter(|queue| reading(queue).is_some_and(has_gap)).cloned().collect();
            // A queue that no node has may be down, which only the management API tells. Many such names are more likely
            // wrong than down, and must not make every read a list.
            let room = SINGLES_MAX.saturating_sub(asked.len());
            asked.extend(unseen.into_iter().take(room).cloned());
            (!asked.is_empty()).then(|| Plan::of(&asked, observation.queues.len()))
        }
    }
}

/// Gives the gaps of some queues another reason.
fn mark(observation: &mut Observation, why: Absence, of: impl Fn(&str, &str) -> bool) {
    observation.queues.retain(|vhost, name, reading| {
        if of(vhost, name) {
            for number in counters(reading) {
                if matches!(number, Reading::Absent(Absence::NotOffered | Absence::NotYetAsked)) {
                    *number = Reading::Absent(why);
                }
            }
        }
        true
    });
}

/// Whether the management API may have what is absent.
fn has_gap(reading: &QueueReading) -> bool {
    let levels = [reading.ready, reading.unacked, reading.messages, reading.consumers];
    let not_yet_asked = counters(&mut reading.clone()).iter().any(|number| **number == NOT_YET_ASKED);
    levels.into_iter().any(|number| number.present().is_none()) || (reading.counted_by.is_none() && not_yet_asked)
}

fn counters(reading: &mut QueueReading) -> [&mut Reading; 4] {
    [&mut reading.published, &mut reading.delivered, &mut reading.acked, &mut reading.redelivered]
}
