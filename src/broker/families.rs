//! Which families of samples are asked for, and how those of one node become numbers per queue.

mod tally;

pub(super) use tally::{Count, Tallies, whole};

use std::collections::HashMap;
use std::time::Duration;

use super::exposition::{Line, QueueLabels};
use leveret_core::observation::{QueueId, QueueMap};

/// The families asked for: depths, consumers, deliveries and publishes per queue, and the node's uptime. A broker that
/// does not have one of them leaves it out.
pub(super) const FAMILIES: &str = "family=queue_coarse_metrics&family=queue_consumer_count\
    &family=queue_delivery_metrics&family=queue_exchange_metrics&family=node_metrics";

/// What the names of all metrics of `/metrics/detailed` begin with, but for the identity's.
const PREFIX: &str = "rabbitmq_detailed_";

/// How many queues one answer may have. A queue takes up to 290 bytes of a table that grows by doubling, and its name up to
/// 1 KiB if every byte of it is escaped, but some 40 as names are: below 80 MB, beside as much for what becomes of it.
pub(super) const QUEUES_MAX: usize = 200_000;

/// Adds up the lines of one node's answer.
#[derive(Debug, Default)]
pub(super) struct NodeFold {
    /// By `vhost="V",queue="Q"` as it was written.
    queues: HashMap<Box<str>, Tallies>,
    /// Whether a name was seen that is not escaped, so that none of them is.
    plain: bool,
    node: Option<Box<str>>,
    uptime: Option<Duration>,
    offers: Offers,
    skipped: u32,
    /// Whether there was a queue more than [`QUEUES_MAX`].
    overfull: bool,
    key: String,
}

/// Which counters an answer has rows or room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Offers {
    pub(super) depths: bool,
    pub(super) deliveries: bool,
    pub(super) publishes: bool,
}

/// One node's answer, understood.
#[derive(Clone, Debug)]
pub(super) struct NodeRead {
    /// The node's name as it calls itself.
    pub(super) node: Box<str>,
    pub(super) queues: QueueMap<Tallies>,
    pub(super) uptime: Option<Duration>,
    pub(super) offers: Offers,
    /// Lines that could not be understood.
    pub(super) skipped: u32,
}

impl NodeFold {
    /// Takes one line of the answer.
    pub(super) fn line(&mut self, line: &[u8]) {
        if self.understand(line).is_none() {
            self.skip(1);
        }
    }

    /// Counts lines that could not be read.
    pub(super) fn skip(&mut self, lines: u32) {
        self.skipped = self.skipped.saturating_add(lines);
    }

    /// Whether the answer has more queues than are read.
    pub(super) fn is_overfull(&self) -> bool {
        self.overfull
    }

    fn understand(&mut self, line: &[u8]) -> Option<()> {
        match Line::parse(line)? {
            Line::Nothing => {}
            Line::Offer(metric) => self.offers.note(metric),
            Line::Sample { metric, labels, number } => {
                let Some(detailed) = metric.strip_prefix(PREFIX) else {
                    if metric == "rabbitmq_identity_info" {
                        self.node = Some(node_name(labels)?.into());
                    }
                    return Some(());
                };
                if detailed == "erlang_uptime_seconds" {
                    self.uptime = number.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                } else if let Some(count) = Count::of_metric(detailed) {
                    self.add(count, labels, number)?;
                }
            }
        }
        Some(())
    }

    fn add(&mut self, count: Count, labels: &str, number: Option<f64>) -> Option<()> {
        let key = if count == Count::Published {
            let QueueLabels { vhost, queue, .. } = QueueLabels::of_exchange(labels)?;
            self.key.clear();
            self.key.extend(["vhost=\"", vhost, "\",queue=\"", queue, "\""]);
            self.key.as_str()
        } else {
            self.plain |= !QueueLabels::of_queue(labels)?.may_be_escaped();
            labels
        };
        if let Some(tallies) = self.queues.get_mut(key) {
            tallies.add(count, number);
        } else if self.queues.len() == QUEUES_MAX {
            self.overfull = true;
        } else {
            let mut tallies = Tallies::default();
            tallies.add(count, number);
            self.queues.insert(key.into(), tallies);
        }
        Some(())
    }

    /// The answer as a whole. None when it does not say which node it is of, as RabbitMQ does in every answer: then it ended
    /// early, or something else answered.
    pub(super) fn finish(self) -> Option<NodeRead> {
        let name = |text| if self.plain { std::borrow::Cow::Borrowed(text) } else { super::exposition::unescape(text) };
        let queues = self.queues.iter().filter_map(|(key, tallies)| {
            let QueueLabels { vhost, queue, .. } = QueueLabels::of_queue(key)?;
            Some((QueueId::new(name(vhost), name(queue)), *tallies))
        });
        Some(NodeRead {
            queues: queues.collect(),
            node: self.node?,
            uptime: self.uptime,
            offers: self.offers,
            skipped: self.skipped,
        })
    }
}

impl Offers {
    /// Notes that the answer has room for a metric.
    fn note(&mut self, metric: &str) {
        match metric.strip_prefix(PREFIX).and_then(Count::of_metric) {
            Some(Count::Ready | Count::Unacked | Count::Messages) => self.depths = true,
            Some(Count::Delivered | Count::Acked | Count::Redelivered) => self.deliveries = true,
            Some(Count::Published) => self.publishes = true,
            Some(Count::Consumers) | None => {}
        }
    }

    /// What either offers.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            depths: self.depths || other.depths,
            deliveries: self.deliveries || other.deliveries,
            publishes: self.publishes || other.publishes,
        }
    }
}

/// The value of the label `rabbitmq_node`. Node names hold neither quotes nor backslashes.
fn node_name(labels: &str) -> Option<&str> {
    let (_, rest) = labels.split_once("rabbitmq_node=\"")?;
    rest.split('"').next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests;
