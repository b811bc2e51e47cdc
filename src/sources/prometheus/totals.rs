//! What a node has counted for all queues together, as it tells in `/metrics`. No input or output.
//!
//! RabbitMQ counts every message by protocol (`rabbitmq_global_messages_…`), in every `rates_mode`, while it counts per queue only
//! what AMQP 0-9-1 clients do. Its rows of that protocol are exactly the sum of what it counts per queue.

use std::ops::AddAssign;

use crate::sources::number::whole;
use leveret_core::observation::{Unattributed, UncountedClients};

/// The prefix of the metrics.
const PREFIX: &str = "rabbitmq_global_messages_";

/// The protocol whose messages are counted per queue. On RabbitMQ 3.10 it includes those of AMQP 1.0 and MQTT clients.
const COUNTED: &str = "protocol=\"amqp091\"";

/// Messages of one or of several nodes, cumulative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    counted: OfClients,
    others: OfClients,
    dead_lettered: u64,
    dropped: u64,
}

/// Messages of clients, in work queues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct OfClients {
    received: u64,
    delivered: u64,
    acked: u64,
    redelivered: u64,
}

impl Totals {
    /// Whether a metric is one of these.
    pub(super) fn has(metric: &str) -> bool {
        metric.starts_with(PREFIX)
    }

    /// Adds a sample. None if it is not a count.
    pub(super) fn add(&mut self, metric: &str, labels: &str, number: Option<f64>) -> Option<()> {
        let metric = metric.strip_prefix(PREFIX)?.strip_suffix("_total")?;
        // Entries of a stream stay, and a subscription of MQTT without acknowledgement is a queue without a depth.
        let is_of_work = ["protocol=\"stream\"", "rabbit_stream_queue", "rabbit_mqtt_qos0_queue"]
            .iter()
            .all(|other| !labels.contains(other));
        let count = number.and_then(whole)?;
        let clients = if labels.contains(COUNTED) { &mut self.counted } else { &mut self.others };
        let total = match metric {
            _ if !is_of_work => return Some(()),
            "received" => &mut clients.received,
            "delivered" => &mut clients.delivered,
            "acknowledged" => &mut clients.acked,
            "redelivered" => &mut clients.redelivered,
            _ => {
                self.add_dead_lettered(metric, labels, count);
                return Some(());
            }
        };
        *total = total.saturating_add(count);
        Some(())
    }

    /// Messages that leave a queue without being acknowledged. Without a dead-letter exchange (`disabled`) they arrive nowhere.
    /// Rejected ones have been delivered.
    fn add_dead_lettered(&mut self, metric: &str, labels: &str, count: u64) {
        let Some(why @ ("expired" | "maxlen" | "delivery_limit" | "rejected")) = metric.strip_prefix("dead_lettered_")
        else {
            return;
        };
        if !labels.contains("dead_letter_strategy=\"disabled\"") {
            self.dead_lettered = self.dead_lettered.saturating_add(count);
        }
        if why != "rejected" {
            self.dropped = self.dropped.saturating_add(count);
        }
    }

    /// What these `clients` have done.
    pub(super) fn unattributed(self, clients: UncountedClients) -> Unattributed {
        let mut of = self.others;
        if clients == UncountedClients::All {
            of += self.counted;
        }
        Unattributed {
            arrived: of.received.saturating_add(self.dead_lettered),
            delivered: of.delivered,
            acked: of.acked,
            redelivered: of.redelivered,
            dropped: self.dropped,
            clients,
        }
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.counted += other.counted;
        self.others += other.others;
        self.dead_lettered = self.dead_lettered.saturating_add(other.dead_lettered);
        self.dropped = self.dropped.saturating_add(other.dropped);
    }
}

impl AddAssign for OfClients {
    fn add_assign(&mut self, other: Self) {
        self.received = self.received.saturating_add(other.received);
        self.delivered = self.delivered.saturating_add(other.delivered);
        self.acked = self.acked.saturating_add(other.acked);
        self.redelivered = self.redelivered.saturating_add(other.redelivered);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLES: [(&str, &str, f64); 12] = [
        ("received_total", "protocol=\"amqp091\"", 1.0),
        ("received_total", "protocol=\"amqp10\"", 10.0),
        ("received_total", "protocol=\"stream\"", 1000.0),
        ("received_confirm_total", "protocol=\"amqp10\"", 1000.0),
        ("delivered_total", "protocol=\"mqtt311\",queue_type=\"rabbit_classic_queue\"", 20.0),
        ("delivered_total", "protocol=\"amqp10\",queue_type=\"rabbit_stream_queue\"", 1000.0),
        ("delivered_consume_manual_ack_total", "protocol=\"amqp10\",queue_type=\"rabbit_quorum_queue\"", 1000.0),
        ("acknowledged_total", "protocol=\"amqp091\",queue_type=\"rabbit_quorum_queue\"", 2.0),
        ("redelivered_total", "protocol=\"amqp10\",queue_type=\"rabbit_quorum_queue\"", 30.0),
        ("dead_lettered_expired_total", "queue_type=\"rabbit_classic_queue\",dead_letter_strategy=\"disabled\"", 40.0),
        (
            "dead_lettered_maxlen_total",
            "queue_type=\"rabbit_classic_queue\",dead_letter_strategy=\"at_most_once\"",
            50.0,
        ),
        (
            "dead_lettered_rejected_total",
            "queue_type=\"rabbit_quorum_queue\",dead_letter_strategy=\"at_least_once\"",
            60.0,
        ),
    ];

    #[test]
    fn messages_that_no_queue_counts_are_those_of_other_protocols_and_without_a_client() {
        let mut totals = Totals::default();
        for (metric, labels, number) in SAMPLES {
            totals.add(&format!("{PREFIX}{metric}"), labels, Some(number)).expect("a count");
        }
        let expected = Unattributed {
            arrived: 10 + 50 + 60,
            delivered: 20,
            acked: 0,
            redelivered: 30,
            dropped: 40 + 50,
            clients: UncountedClients::OtherProtocols,
        };
        assert_eq!(totals.unattributed(UncountedClients::OtherProtocols), expected);
        totals += totals;
        let all = totals.unattributed(UncountedClients::All);
        assert_eq!((all.arrived, all.acked), (2 * (1 + 10 + 50 + 60), 4));
        assert_eq!(totals.add(&format!("{PREFIX}received_total"), "protocol=\"amqp10\"", None), None);
    }
}
