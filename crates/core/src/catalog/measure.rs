//! One signal of one queue, or of several together.

use crate::backlog::Aggregate;
use crate::observation::{QueueKind, QueueReading, Reading};
use crate::quantity::Milli;
use crate::snapshot::{BrokerState, Counter, Delta, KnownQueue};

use super::gap::Gap;
use super::signal::Signal;

/// A queue of a backlog.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member<'a> {
    pub(super) vhost: &'a str,
    pub(super) name: &'a str,
    /// None if it does not exist and counts as empty.
    pub(super) queue: Option<KnownQueue<'a>>,
}

/// A gap, and the queue that has it: its virtual host and its name. None if all queues together have it.
pub(super) type GapOf<'a> = (Option<(&'a str, &'a str)>, Gap);

/// The signal of one queue of a broker in this `state`.
pub(super) fn of_queue(signal: Signal, state: &BrokerState, queue: KnownQueue<'_>) -> Result<Milli, Gap> {
    if is_stream(queue) && signal != Signal::Consumers {
        return Err(Gap::Stream);
    }
    let reading = queue.latest().reading;
    match signal {
        Signal::MessagesReady => depth(reading.ready),
        Signal::MessagesUnacked => depth(reading.unacked),
        Signal::Messages => depth(reading.messages),
        Signal::Consumers => depth(reading.consumers),
        Signal::PublishRate => rate(state, queue, Counter::Published),
        Signal::DeliverRate => rate(state, queue, Counter::Delivered),
        Signal::AckRate => rate(state, queue, Counter::Acked),
        Signal::RedeliverRate => rate(state, queue, Counter::Redelivered),
        Signal::BacklogPerConsumer => {
            per_consumer(count(reading.messages)?.into(), count(reading.working_consumers())?.into())
        }
    }
}

/// Whether the queue is a stream, whose entries stay when they are read.
pub(super) fn is_stream(queue: KnownQueue<'_>) -> bool {
    queue.kind() == Some(QueueKind::Stream)
}

/// The signal of several queues as one number; zero for an empty list.
///
/// A sum adds up the numbers that the queues have by themselves, each rounded up to a thousandth. But the sum of a quotient
/// is the quotient of the sums: two queues with 10 messages and 1 consumer each are 10 messages per consumer, not 20.
///
/// # Errors
/// The gap and whose it is. Of several queues it is the first by virtual host and name, so that it is the same at every
/// question.
pub(super) fn of_queues<'a>(
    signal: Signal,
    aggregate: Aggregate,
    state: &BrokerState,
    queues: &[Member<'a>],
) -> Result<Milli, GapOf<'a>> {
    if queues.is_empty() {
        return Ok(Milli::ZERO);
    }
    let together = |gap| (None, gap);
    if signal == Signal::BacklogPerConsumer && aggregate == Aggregate::Sum {
        let sum = |of: fn(&QueueReading) -> Reading| -> Result<u128, _> {
            Ok(collect(queues, |queue| count(of(&queue.latest().reading)))?
                .into_iter()
                .map(|it| u128::from(it.unwrap_or(0)))
                .sum())
        };
        let (messages, consumers) = (sum(|reading| reading.messages)?, sum(QueueReading::working_consumers)?);
        return per_consumer(messages, consumers).map_err(together);
    }
    let numbers = collect(queues, |queue| of_queue(signal, state, queue))?;
    let numbers = || numbers.iter().map(|it| it.unwrap_or(Milli::ZERO));
    match aggregate {
        Aggregate::Sum => numbers().try_fold(Milli::ZERO, Milli::checked_add),
        Aggregate::Max => numbers().max(),
        Aggregate::Avg => mean(numbers()),
    }
    .ok_or(together(Gap::TooLarge))
}

/// The number of each queue; none for one that does not exist.
fn collect<'a, T>(
    queues: &[Member<'a>],
    number: impl Fn(KnownQueue<'a>) -> Result<T, Gap>,
) -> Result<Vec<Option<T>>, GapOf<'a>> {
    let mut numbers = Vec::with_capacity(queues.len());
    let mut first: Option<((&str, &str), Gap)> = None;
    for Member { vhost, name, queue } in queues {
        match queue.map(&number).transpose() {
            Ok(number) => numbers.push(number),
            Err(gap) if first.is_none_or(|(other, _)| (*vhost, *name) < other) => first = Some(((vhost, name), gap)),
            Err(_) => {}
        }
    }
    first.map_or(Ok(numbers), |(of, gap)| Err((Some(of), gap)))
}

fn count(reading: Reading) -> Result<u64, Gap> {
    match reading {
        Reading::Present(number) => Ok(number),
        Reading::Absent(why) => Err(Gap::Absent(why)),
    }
}

fn depth(reading: Reading) -> Result<Milli, Gap> {
    Milli::from_count(count(reading)?).ok_or(Gap::TooLarge)
}

/// Messages per second, rounded up to a thousandth.
fn rate(state: &BrokerState, queue: KnownQueue<'_>, counter: Counter) -> Result<Milli, Gap> {
    const NANOSECONDS: u128 = 1_000_000_000;
    let Delta { increase, time } = state.delta(queue, counter)?;
    Milli::quotient(u128::from(increase) * NANOSECONDS, time.as_nanos()).ok_or(Gap::TooLarge)
}

fn per_consumer(messages: u128, consumers: u128) -> Result<Milli, Gap> {
    if consumers == 0 { Err(Gap::NoConsumers) } else { Milli::quotient(messages, consumers).ok_or(Gap::TooLarge) }
}

/// The arithmetic mean of at least one number, rounded up to a thousandth.
fn mean(numbers: impl Iterator<Item = Milli>) -> Option<Milli> {
    let add = |(count, sum), number: Milli| (count + 1, sum + u128::from(number.thousandths().unsigned_abs()));
    let (count, sum) = numbers.fold((0_u128, 0_u128), add);
    i64::try_from(sum.div_ceil(count)).ok().map(Milli::new)
}
