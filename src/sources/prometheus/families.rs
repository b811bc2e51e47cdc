//! Which families of samples are requested, and how those of one node become numbers per queue.

mod tally;

pub(super) use tally::{Metric, Tallies};

use std::collections::HashMap;
use std::time::Duration;

use super::exposition::{Line, QueueLabels};
use crate::sources::QUEUES_MAX;
use crate::sources::number::whole;
use leveret_core::observation::{QueueId, QueueKind, QueueMap};

/// The requested families: depths, consumers, deliveries and publishes per queue, and the node's uptime. A broker leaves
/// out those that it does not have.
pub(super) const FAMILIES: &str = "family=queue_coarse_metrics&family=queue_consumer_count\
    &family=queue_delivery_metrics&family=queue_exchange_metrics&family=node_metrics&family=vhost_status";

/// The prefix of all metrics of `/metrics/detailed` except the identity.
const PREFIX: &str = "rabbitmq_detailed_";

/// Adds up the lines of one node's answer.
#[derive(Debug, Default)]
pub(super) struct NodeFold {
    /// By `vhost="V",queue="Q"`, as it was written.
    queues: HashMap<Box<str>, Tallies>,
    /// Whether a name was seen that is not escaped; then none of them is.
    unescaped: bool,
    node: Option<Box<str>>,
    cluster: Option<Box<str>>,
    uptime: Option<Duration>,
    scrapes: Option<u64>,
    stopped_vhosts: Vec<Box<str>>,
    capabilities: Capabilities,
    skipped: u32,
    /// Whether there were more than [`QUEUES_MAX`] queues.
    overfull: bool,
    key: String,
}

/// Which counters a node exports per queue, with or without rows at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Capabilities {
    pub(super) deliveries: bool,
    pub(super) publishes: bool,
}

/// One node's answer, parsed.
#[derive(Clone, Debug)]
pub(in crate::sources) struct NodeRead {
    /// The node's name, as it reports it.
    pub(super) node: Box<str>,
    /// What distinguishes its cluster from all others.
    pub(super) cluster: Option<Box<str>>,
    pub(super) queues: QueueMap<Tallies>,
    pub(super) uptime: Option<Duration>,
    /// How often this endpoint has been scraped since RabbitMQ started; absent in the first answer.
    pub(super) scrapes: Option<u64>,
    /// The virtual hosts whose process has ended: their queues have no rows.
    pub(super) stopped_vhosts: Vec<Box<str>>,
    pub(super) capabilities: Capabilities,
    /// Lines that could not be parsed.
    pub(super) skipped: u32,
}

impl NodeFold {
    /// Takes one line of the answer.
    pub(super) fn line(&mut self, line: &[u8]) {
        if self.parse(line).is_none() && !is_of_unreadable_name(line) {
            self.skip(1);
        }
    }

    /// Counts lines that could not be parsed.
    pub(super) fn skip(&mut self, lines: u32) {
        self.skipped = self.skipped.saturating_add(lines);
    }

    /// Whether the answer has too many queues.
    pub(super) fn is_overfull(&self) -> bool {
        self.overfull
    }

    fn parse(&mut self, line: &[u8]) -> Option<()> {
        match Line::parse(line)? {
            Line::Nothing => {}
            Line::Type(metric) => self.capabilities.note(metric),
            Line::Sample { metric, labels, number } => {
                let Some(detailed) = metric.strip_prefix(PREFIX) else {
                    return self.node_sample(metric, labels, number);
                };
                if detailed == "erlang_uptime_seconds" {
                    self.uptime = number.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                } else if detailed == "queue_info" {
                    self.describe(labels)?;
                } else if let Some(metric) = Metric::from_name(detailed) {
                    self.add(metric, labels, number)?;
                }
            }
        }
        Some(())
    }

    /// A sample that is about the node and not about a queue.
    fn node_sample(&mut self, metric: &str, labels: &str, number: Option<f64>) -> Option<()> {
        match metric {
            "rabbitmq_identity_info" => {
                self.node = Some(label(labels, "rabbitmq_node")?.into());
                self.cluster = label(labels, "rabbitmq_cluster_permanent_id").map(Into::into);
            }
            "telemetry_scrape_duration_seconds_count" if label(labels, "registry") == Some("detailed") => {
                let more = number.and_then(whole)?;
                self.scrapes = self.scrapes.unwrap_or(0).checked_add(more);
            }
            "rabbitmq_cluster_vhost_status" if number == Some(0.0) => {
                let vhost = labels.strip_prefix("vhost=\"")?.strip_suffix('"')?;
                self.stopped_vhosts.push(super::exposition::unescape(vhost).into());
            }
            _ => {}
        }
        Some(())
    }

    /// A sample that says what kind of queue it is.
    fn describe(&mut self, labels: &str) -> Option<()> {
        let (QueueLabels { vhost, queue, .. }, info) = QueueLabels::of_info(labels)?;
        let kind = match info.split('"').next()? {
            "rabbit_classic_queue" => QueueKind::Classic,
            "rabbit_quorum_queue" => QueueKind::Quorum,
            "rabbit_stream_queue" => QueueKind::Stream,
            _ => QueueKind::Other,
        };
        self.key.clear();
        self.key.extend(["vhost=\"", vhost, "\",queue=\"", queue, "\""]);
        self.change(|tallies| tallies.describe(kind, info.contains("membership=\"leader\"")));
        Some(())
    }

    fn add(&mut self, metric: Metric, labels: &str, number: Option<f64>) -> Option<()> {
        if metric == Metric::Published {
            let QueueLabels { vhost, queue, .. } = QueueLabels::of_exchange(labels)?;
            self.key.clear();
            self.key.extend(["vhost=\"", vhost, "\",queue=\"", queue, "\""]);
        } else {
            self.unescaped |= !QueueLabels::of_queue(labels)?.may_be_escaped();
            self.key.clear();
            self.key.push_str(labels);
        }
        self.change(|tallies| tallies.add(metric, number));
        Some(())
    }

    /// Changes what is known of the queue of [`Self::key`].
    fn change(&mut self, change: impl FnOnce(&mut Tallies)) {
        if let Some(tallies) = self.queues.get_mut(self.key.as_str()) {
            change(tallies);
        } else if self.queues.len() == QUEUES_MAX {
            self.overfull = true;
        } else {
            let mut tallies = Tallies::default();
            change(&mut tallies);
            self.queues.insert(self.key.as_str().into(), tallies);
        }
    }

    /// The whole answer. None if it does not name its node. Every answer of RabbitMQ does, so it ended early, or another
    /// program answered.
    pub(super) fn finish(self) -> Option<NodeRead> {
        let name = |text: &str| -> Box<str> {
            if self.unescaped { text.into() } else { super::exposition::unescape(text).into() }
        };
        let queues = self.queues.into_iter().filter_map(|(key, tallies)| {
            let QueueLabels { vhost, queue, .. } = QueueLabels::of_queue(&key)?;
            Some((QueueId::new(name(vhost), name(queue)), tallies))
        });
        Some(NodeRead {
            queues: queues.collect(),
            node: self.node?,
            cluster: self.cluster,
            uptime: self.uptime,
            scrapes: self.scrapes,
            stopped_vhosts: self.stopped_vhosts,
            capabilities: self.capabilities,
            skipped: self.skipped,
        })
    }
}

impl Capabilities {
    /// Notes that the node exports a metric.
    fn note(&mut self, metric: &str) {
        match metric.strip_prefix(PREFIX).and_then(Metric::from_name) {
            Some(Metric::Delivered | Metric::Acked | Metric::Redelivered | Metric::DeliveredForGood) => {
                self.deliveries = true;
            }
            Some(Metric::Published) => self.publishes = true,
            Some(Metric::Ready | Metric::Unacked | Metric::Messages | Metric::Consumers | Metric::Reductions)
            | None => {}
        }
    }

    /// What either of two nodes exports.
    pub(super) fn or(self, other: Self) -> Self {
        Self { deliveries: self.deliveries || other.deliveries, publishes: self.publishes || other.publishes }
    }
}

/// The value of a label of a sample about a node. Names of nodes and clusters contain neither quotes nor backslashes.
fn label<'a>(labels: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = labels.split_once(name)?;
    rest.strip_prefix("=\"")?.split('"').next().filter(|value| !value.is_empty())
}

/// Whether a line is about a queue whose name is not UTF-8, which any user may declare. No selector and no pattern means such
/// a queue, so nothing is missing without it.
fn is_of_unreadable_name(line: &[u8]) -> bool {
    line.starts_with(PREFIX.as_bytes()) && std::str::from_utf8(line).is_err()
}

#[cfg(test)]
mod tests;
