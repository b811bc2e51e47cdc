//! Whether a queue's counters have counted what happened to it.
//!
//! RabbitMQ counts what AMQP 0-9-1 clients do. From 4.0 on it does not count per queue what AMQP 1.0 and MQTT clients do, and
//! no version counts messages that arrive by dead-lettering, or that expire or are purged. The depth changes all the same. So
//! where the depth does not change as the counters say, they have missed something, and a rate taken from them would be too
//! small. Measured on 3.10.8 and 4.0.5 with every protocol and way of acknowledging.
//!
//! Messages that arrive uncounted and leave uncounted at the same pace do not change the depth. Whether there can be any shows
//! in what the broker counts for all queues together ([`Unattributed`]), where the source has it.

use std::time::Duration;

use crate::observation::{Absence, Reading, Unattributed, UncountedClients};

use super::{Counter, NotComparable, Sample};

/// How old the depth in an answer may be: RabbitMQ refreshes it at this interval (`collect_statistics_interval`), while
/// counters are those of the moment.
const DEPTH_AGE: Duration = Duration::from_secs(5);

/// By how many messages depth and counters were seen to differ although every message was counted, beyond what the age of the
/// depth explains.
const NOISE: i128 = 2;

/// What two samples of one queue show about the time between them, in messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flow {
    /// By how much the depth grew; none if a depth is not known.
    grown: Option<i128>,
    published: i128,
    acked: i128,
    /// The messages that counted clients took: acknowledged, or rejected after they were delivered.
    left: i128,
    /// By how much the depth may differ from what the counters say.
    tolerance: i128,
    /// Whether nothing can have happened to the queue.
    still: bool,
    /// Whether there was no consumer at either time.
    unconsumed: bool,
    /// What the broker has counted for no queue; none if that is not known.
    unattributed: Option<Unattributed>,
}

impl Flow {
    /// From one sample to a later one. A counter that begins counts from zero; one that is not there has counted nothing.
    pub(super) fn between(before: &Sample, after: &Sample, unattributed: Option<Unattributed>) -> Self {
        let (was, is) = (&before.reading, &after.reading);
        let counted =
            |was: Reading, is: Reading| i128::from(is.present().unwrap_or(0)) - i128::from(was.present().unwrap_or(0));
        let change = |was: Reading, is: Reading| Some(i128::from(is.present()?) - i128::from(was.present()?));
        let (published, acked) = (counted(was.published, is.published), counted(was.acked, is.acked));
        let unacked_grown = change(was.unacked, is.unacked).unwrap_or(0);
        let delivered = counted(was.delivered, is.delivered) - counted(was.redelivered, is.redelivered);
        let left = acked.max(delivered - unacked_grown);
        let window = after.at.since(before.at).as_millis().max(1);
        let moved = published.max(0).saturating_add(left.max(0));
        let age = i128::try_from(DEPTH_AGE.as_millis()).unwrap_or(i128::MAX);
        let window = i128::try_from(window).unwrap_or(i128::MAX);
        let none = |reading: Reading| reading == Reading::Present(0);
        Self {
            grown: change(was.messages, is.messages),
            published,
            acked,
            left,
            tolerance: moved.saturating_mul(age) / window + NOISE,
            still: was.work.is_some() && was.work == is.work,
            unconsumed: none(was.consumers) && none(is.consumers),
            unattributed,
        }
    }

    /// Whether nothing can have happened to the queue: its process has done no work.
    pub(super) fn is_still(&self) -> bool {
        self.still
    }

    /// Whether a counter that is not there would be zero.
    pub(super) fn has_none(&self, counter: Counter) -> bool {
        self.still
            || match counter {
                Counter::Published => {
                    // What arrived would still be there.
                    let stays = self.unconsumed && self.hidden_arrivals(true) == 0;
                    self.cannot_miss(counter) || (stays && self.grown.is_some_and(|grown| grown <= 0))
                }
                Counter::Delivered | Counter::Acked | Counter::Redelivered => {
                    // There was no consumer, and nothing that arrived is gone.
                    let stays = self.unconsumed && self.hidden_departures() == 0;
                    self.cannot_miss(counter) || (stays && self.grown.is_some() && !self.has_uncounted_departures())
                }
            }
    }

    /// Why a counter that went on by `increase` may not have counted everything.
    pub(super) fn doubt(&self, counter: Counter, increase: u64) -> Option<NotComparable> {
        // A zero says that nothing happened; any other number is as exact as the depth that it is compared with. Many a broker has
        // queues in which messages wait until they expire, and few have one from which as many expire as arrive uncounted while
        // others are counted.
        let is_zero = increase == 0;
        let allowed = if is_zero { 0 } else { self.tolerance };
        let (uncounted, hidden) = match counter {
            _ if self.still => return None,
            Counter::Published => (
                self.has_uncounted_arrivals().then_some(NotComparable::UncountedArrivals),
                self.hidden_arrivals(is_zero),
            ),
            _ if self.cannot_miss(counter) => return None,
            Counter::Delivered | Counter::Acked => (
                self.has_uncounted_departures().then_some(NotComparable::UncountedDepartures),
                self.hidden_departures(),
            ),
            Counter::Redelivered => (None, self.unattributed.map_or(0, |it| i128::from(it.redelivered))),
        };
        uncounted.or((hidden > allowed).then_some(NotComparable::Unattributed))
    }

    /// Whether the broker shows that no queue's counter of this kind can have missed anything.
    fn cannot_miss(&self, counter: Counter) -> bool {
        self.unattributed.is_some_and(|it| {
            it.clients != UncountedClients::OtherProtocolsAtLeast
                && match counter {
                    Counter::Published => it.arrived == 0,
                    Counter::Delivered | Counter::Acked => it.taken() == 0,
                    Counter::Redelivered => it.redelivered == 0,
                }
        })
    }

    /// The most messages that may have arrived uncounted without being in the depth, because as many left uncounted: they were
    /// taken or, if that matters, `dropped`.
    fn hidden_arrivals(&self, dropped: bool) -> i128 {
        let left = |it| self.taken(it).saturating_add(if dropped { it.dropped } else { 0 });
        self.unattributed.map_or(0, |it| it.arrived.min(left(it)).into())
    }

    /// The most messages that may have been taken uncounted without the depth showing it, because as many arrived uncounted.
    fn hidden_departures(&self) -> i128 {
        self.unattributed.map_or(0, |it| it.arrived.min(self.taken(it)).into())
    }

    /// The most messages that uncounted clients can have taken from this queue. Those of other protocols than AMQP 0-9-1 take
    /// messages as consumers only.
    fn taken(&self, unattributed: Unattributed) -> u64 {
        let takes = !self.unconsumed || unattributed.clients == UncountedClients::All;
        if takes { unattributed.taken() } else { 0 }
    }

    /// Whether the depth shows that more messages arrived than were counted.
    fn has_uncounted_arrivals(&self) -> bool {
        let others_publish = self.unattributed.is_some_and(|it| it.arrived > 0);
        let (left, limit) = if self.published == 0 && others_publish {
            // Over a short time, the age of the depth would explain every message that arrived uncounted and left.
            (self.left, self.tolerance.min(self.left / 2 + NOISE))
        } else {
            // A consumer that begins is delivered messages seconds before the depth shows them as unacknowledged.
            (self.acked, self.tolerance)
        };
        self.grown.is_some_and(|grown| grown - (self.published - left) > limit)
    }

    /// Whether the depth shows that more messages left than were delivered: through a client whose deliveries are not counted,
    /// or because they expired or were purged. Rejected messages were delivered and not acknowledged.
    fn has_uncounted_departures(&self) -> bool {
        self.grown.is_some_and(|grown| self.published - grown - self.left > self.tolerance)
    }
}

/// Whether the broker would show a counter if it had counted anything.
pub(super) fn counts_nothing_yet(reading: Reading) -> bool {
    reading == Reading::Absent(Absence::NoTraffic)
}
