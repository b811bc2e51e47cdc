//! One signal of one queue, or of several together.

use crate::backlog::Aggregate;
use crate::observation::{Absence, QueueReading, Reading};
use crate::snapshot::QueueState;

use super::rate::{NoRate, rate};
use super::signal::Signal;

/// Why a known queue has no number for a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// The broker did not give what the signal needs.
    Absent(Absence),
    /// There is no rate.
    NoRate(NoRate),
    /// The queue has no consumer to divide by.
    NoConsumers,
}

/// The signal of one queue.
pub(super) fn of_queue(signal: Signal, queue: &QueueState) -> Result<f64, Gap> {
    let reading = &queue.latest.reading;
    match signal {
        Signal::MessagesReady => depth(reading.ready),
        Signal::MessagesUnacked => depth(reading.unacked),
        Signal::Messages => depth(reading.messages),
        Signal::Consumers => depth(reading.consumers),
        Signal::PublishRate => of_counter(queue, |reading| reading.published),
        Signal::DeliverRate => of_counter(queue, |reading| reading.delivered),
        Signal::AckRate => of_counter(queue, |reading| reading.acked),
        Signal::RedeliverRate => of_counter(queue, |reading| reading.redelivered),
        Signal::BacklogPerConsumer => per_consumer(depth(reading.messages)?, depth(reading.consumers)?),
    }
}

/// The signal of several queues as one number; none of an empty list.
///
/// The sum of a quotient is the quotient of the sums: two queues with 10 messages and 1 consumer each are 10 messages per
/// consumer, not 20.
pub(super) fn of_queues<'a, E>(
    signal: Signal,
    aggregate: Aggregate,
    queues: &'a [(&'a str, Option<&'a QueueState>)],
    explain: impl Fn(&'a str, Gap) -> E,
) -> Result<Option<f64>, E> {
    let collect = |signal: Signal| -> Result<Vec<f64>, E> {
        let number = |(name, queue): &(&'a str, Option<&'a QueueState>)| match queue {
            Some(queue) => of_queue(signal, queue).map_err(|gap| explain(name, gap)),
            // The configuration says `whenMissing: zero` of a queue that does not exist.
            None => Ok(0.0),
        };
        queues.iter().map(number).collect()
    };
    let Some((first, _)) = queues.first() else { return Ok(None) };
    if signal == Signal::BacklogPerConsumer && aggregate == Aggregate::Sum {
        let messages = collect(Signal::Messages)?.iter().sum();
        let consumers = collect(Signal::Consumers)?.iter().sum();
        return per_consumer(messages, consumers).map(Some).map_err(|gap| explain(first, gap));
    }
    let numbers = collect(signal)?;
    #[expect(clippy::cast_precision_loss, reason = "a list of queues is shorter than 2^53")]
    Ok(match aggregate {
        Aggregate::Sum => Some(numbers.iter().sum()),
        Aggregate::Max => numbers.into_iter().reduce(f64::max),
        Aggregate::Avg => Some(numbers.iter().sum::<f64>() / numbers.len() as f64),
    })
}

#[expect(clippy::cast_precision_loss, reason = "a queue of 2^53 messages is beyond any broker")]
fn depth(reading: Reading) -> Result<f64, Gap> {
    match reading {
        Reading::Present(number) => Ok(number as f64),
        Reading::Absent(why) => Err(Gap::Absent(why)),
    }
}

fn of_counter(queue: &QueueState, counter: impl Fn(&QueueReading) -> Reading) -> Result<f64, Gap> {
    rate(queue, counter).map_err(|why| match why {
        NoRate::Absent(why) => Gap::Absent(why),
        why => Gap::NoRate(why),
    })
}

fn per_consumer(messages: f64, consumers: f64) -> Result<f64, Gap> {
    if consumers > 0.0 { Ok(messages / consumers) } else { Err(Gap::NoConsumers) }
}
