//! What is still missing after one source was read: pure.

use leveret_core::observation::{Absence, Absences, QueueId, QueueReading, Reading};

use super::partial::Partial;
use super::wanted::{FEW, Wanted};

/// The part of what is wanted that `partial` lacks and another source may have; none if nothing is missing.
pub(super) fn gaps(partial: &Partial, wanted: &Wanted) -> Option<Wanted> {
    let is_proven = matches!(partial.absences, Absences::Proven { .. });
    match wanted {
        Wanted::Everything => {
            let incomplete = !is_proven || partial.queues.iter().any(|(_, _, reading)| has_gap(reading));
            incomplete.then_some(Wanted::Everything)
        }
        Wanted::Queues(queues) => {
            let reading = |queue: &QueueId| partial.queues.get(&queue.vhost, &queue.name);
            let (known, unseen): (Vec<_>, Vec<_>) = queues.iter().partition(|queue| reading(queue).is_some());
            let mut missing: Vec<QueueId> =
                known.into_iter().filter(|queue| reading(queue).is_some_and(has_gap)).cloned().collect();
            // A queue that no node has may be down, which only the management API reports. If there are many such names on a
            // cluster that was seen whole, they are more likely wrong than down, and must not turn every read into a list of
            // all queues.
            let room = if is_proven { FEW.saturating_sub(missing.len()) } else { unseen.len() };
            missing.extend(unseen.into_iter().take(room).cloned());
            (!missing.is_empty()).then_some(Wanted::Queues(missing))
        }
    }
}

/// Whether another source may have what is absent.
fn has_gap(reading: &QueueReading) -> bool {
    let levels = [reading.ready, reading.unacked, reading.messages, reading.consumers];
    let not_offered = reading.counters().contains(&Reading::Absent(Absence::NotOffered));
    levels.into_iter().any(|number| number.present().is_none()) || (reading.counted_by.is_none() && not_offered)
}
