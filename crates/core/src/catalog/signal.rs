//! The table of signals: every number that is served, with its unit, its meaning and its formula.

/// One number about a backlog, served as an external metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Signal {
    /// Messages ready to be delivered.
    MessagesReady,
    /// Messages delivered and not yet acknowledged.
    MessagesUnacked,
    /// Messages ready and unacknowledged.
    Messages,
    /// Consumers subscribed.
    Consumers,
    /// Messages published per second.
    PublishRate,
    /// Messages delivered per second.
    DeliverRate,
    /// Messages acknowledged, or delivered to clients that need not acknowledge them, per second.
    AckRate,
    /// Messages delivered once more per second.
    RedeliverRate,
    /// Messages per consumer.
    BacklogPerConsumer,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct SignalRow {
    /// The signal.
    pub signal: Signal,
    /// The external metric's name, in lower case, because the HPA's client lower-cases it.
    pub name: &'static str,
    /// The gauge under which the same number is found on `/metrics`, without the namespace `leveret`.
    pub gauge: &'static str,
    /// The unit.
    pub unit: &'static str,
    /// What it means.
    pub help: &'static str,
    /// How it follows from what the broker says.
    pub formula: &'static str,
}

/// Every signal, in the order in which discovery and documentation list them.
pub const SIGNALS: [SignalRow; 9] = [
    SignalRow {
        signal: Signal::MessagesReady,
        name: "rabbitmq_queue_messages_ready",
        gauge: "queue_messages_ready",
        unit: "messages",
        help: "Messages ready to be delivered to a consumer",
        formula: "as the broker counts them",
    },
    SignalRow {
        signal: Signal::MessagesUnacked,
        name: "rabbitmq_queue_messages_unacked",
        gauge: "queue_messages_unacked",
        unit: "messages",
        help: "Messages delivered to a consumer and not yet acknowledged: work in hand",
        formula: "as the broker counts them",
    },
    SignalRow {
        signal: Signal::Messages,
        name: "rabbitmq_queue_messages",
        gauge: "queue_messages",
        unit: "messages",
        help: "Messages ready and unacknowledged: all work that is not done",
        formula: "as the broker adds them up",
    },
    SignalRow {
        signal: Signal::Consumers,
        name: "rabbitmq_queue_consumers",
        gauge: "queue_consumers",
        unit: "consumers",
        help: "Consumers subscribed to the queue",
        formula: "as the broker counts them",
    },
    SignalRow {
        signal: Signal::PublishRate,
        name: "rabbitmq_queue_publish_rate",
        gauge: "queue_publish_rate",
        unit: "messages per second",
        help: "Messages published into the queue per second",
        formula: "Δ published ÷ Δ time over the last 15 to 30 s",
    },
    SignalRow {
        signal: Signal::DeliverRate,
        name: "rabbitmq_queue_deliver_rate",
        gauge: "queue_deliver_rate",
        unit: "messages per second",
        help: "Messages delivered or fetched per second, redeliveries included",
        formula: "Δ delivered ÷ Δ time over the last 15 to 30 s",
    },
    SignalRow {
        signal: Signal::AckRate,
        name: "rabbitmq_queue_ack_rate",
        gauge: "queue_ack_rate",
        unit: "messages per second",
        help: "Messages acknowledged, or delivered without need of it, per second: work done",
        formula: "Δ acknowledged ÷ Δ time over the last 15 to 30 s",
    },
    SignalRow {
        signal: Signal::RedeliverRate,
        name: "rabbitmq_queue_redeliver_rate",
        gauge: "queue_redeliver_rate",
        unit: "messages per second",
        help: "Messages delivered once more per second: work that had to begin again",
        formula: "Δ redelivered ÷ Δ time over the last 15 to 30 s",
    },
    SignalRow {
        signal: Signal::BacklogPerConsumer,
        name: "backlog_per_consumer",
        gauge: "backlog_per_consumer",
        unit: "messages per consumer",
        help: "Messages ready and unacknowledged per consumer that works",
        formula: "messages ÷ consumers, of a single active consumer 1; no data without a consumer",
    },
];

impl Signal {
    /// The signal of this name, without regard to case.
    pub fn from_name(name: &str) -> Option<Self> {
        SIGNALS.iter().find(|row| row.name.eq_ignore_ascii_case(name)).map(|row| row.signal)
    }

    /// The signal's row of the table.
    pub fn row(self) -> &'static SignalRow {
        &SIGNALS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signal_is_at_its_place_and_found_by_its_name_in_any_case() {
        for (place, row) in SIGNALS.iter().enumerate() {
            assert_eq!(row.signal as usize, place);
            assert_eq!(row.name, row.name.to_lowercase());
            assert_eq!(Signal::from_name(&row.name.to_uppercase()), Some(row.signal));
        }
        assert_eq!(Signal::from_name("rabbitmq_queue"), None);
    }
}
