//! Which families of samples are requested, and how those of one node become numbers per queue.

mod block;
mod tally;

pub(super) use tally::{Metric, Tallies};

use std::time::Duration;

use super::exposition::{Line, QueueLabels};
use super::rows::{Order, Row, Rows};
use crate::sources::QUEUES_MAX;
use crate::sources::number::whole;
use leveret_core::observation::QueueKind;

use self::block::{Block, Content};

/// The requested families: depths, consumers, deliveries and publishes per queue, and the node's uptime. A broker leaves
/// out those that it does not have.
pub(super) const FAMILIES: &str = "family=queue_coarse_metrics&family=queue_consumer_count\
    &family=queue_delivery_metrics&family=queue_exchange_metrics&family=node_metrics&family=vhost_status";

/// The prefix of all metrics of `/metrics/detailed` except the identity.
const PREFIX: &str = "rabbitmq_detailed_";

/// Adds up the lines of one node's answer.
#[derive(Debug, Default)]
pub(super) struct NodeFold {
    rows: Rows,
    /// By row.
    tallies: Vec<Tallies>,
    /// How many rows have a sample.
    seen: usize,
    /// The rows that are being read.
    block: Block,
    node: Option<Box<str>>,
    cluster: Option<Box<str>>,
    uptime: Option<Duration>,
    scrapes: Option<u64>,
    stopped_vhosts: Vec<Box<str>>,
    capabilities: Capabilities,
    skipped: u32,
    key: String,
}

/// Which counters a node exports per queue, with or without rows at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Capabilities {
    pub(super) deliveries: bool,
    pub(super) publishes: bool,
}

/// One node's answer, parsed.
#[derive(Debug)]
pub(in crate::sources) struct NodeRead {
    /// The node's name, as it reports it.
    pub(super) node: Box<str>,
    /// What distinguishes its cluster from all others.
    pub(super) cluster: Option<Box<str>>,
    /// The queues of its rows.
    pub(super) rows: Rows,
    /// What the node says of each of them.
    pub(super) tallies: Vec<Tallies>,
    /// Whether its names are not escaped.
    pub(super) unescaped: bool,
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
    /// Takes the answer of a node of which these rows are known.
    pub(super) fn new(rows: Rows) -> Self {
        Self { tallies: vec![Tallies::default(); rows.len()], rows, ..Self::default() }
    }

    /// Takes one line of the answer.
    pub(super) fn line(&mut self, line: &[u8]) {
        if self.block.is_of_others(line) {
            return;
        }
        if let Some((metric, row, count)) = self.block.expected(line, &self.rows) {
            self.count(row, |tallies| tallies.add(metric, Some(count)));
        } else if self.parse(line).is_none() && !is_of_unreadable_name(line) {
            self.skip(1);
        }
    }

    /// Counts lines that could not be parsed.
    pub(super) fn skip(&mut self, lines: u32) {
        self.skipped = self.skipped.saturating_add(lines);
    }

    /// Whether the answer has too many queues.
    pub(super) fn is_overfull(&self) -> bool {
        self.seen > QUEUES_MAX
    }

    fn parse(&mut self, line: &[u8]) -> Option<()> {
        match Line::parse(line)? {
            Line::Nothing => {}
            Line::Type(metric) => self.capabilities.note(metric),
            Line::Sample { metric, labels, number } => {
                let Some(detailed) = metric.strip_prefix(PREFIX) else {
                    return self.node_sample(metric, labels, number);
                };
                if let Some(count_of) = Metric::from_name(detailed) {
                    self.block.note(metric, Content::Counts(count_of));
                    self.add(count_of, labels, number)?;
                } else if detailed == "erlang_uptime_seconds" {
                    self.uptime = number.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                } else if detailed == "queue_info" {
                    self.block.note(metric, Content::Other);
                    self.describe(labels)?;
                } else {
                    self.block.note(metric, Content::Nothing);
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
        let leads = info.contains("membership=\"leader\"");
        let row = self.row(Order::Kinds)?;
        self.count(row, |tallies| tallies.describe(kind, leads));
        Some(())
    }

    fn add(&mut self, metric: Metric, labels: &str, number: Option<f64>) -> Option<()> {
        self.key.clear();
        if metric == Metric::Published {
            let QueueLabels { vhost, queue, .. } = QueueLabels::of_exchange(labels)?;
            self.key.extend(["vhost=\"", vhost, "\",queue=\"", queue, "\""]);
        } else {
            self.key.push_str(labels);
        }
        let row = self.row(metric.order())?;
        self.count(row, |tallies| tallies.add(metric, number.and_then(whole)));
        Some(())
    }

    /// The row of [`Self::key`].
    fn row(&mut self, order: Order) -> Option<Row> {
        let row = self.rows.find_after(order, self.block.last(), &self.key)?;
        self.block.read(row);
        if self.rows.len() > self.tallies.len() {
            self.tallies.resize(self.rows.len(), Tallies::default());
        }
        Some(row)
    }

    /// Changes what is known of a row's queue.
    fn count(&mut self, row: Row, change: impl FnOnce(&mut Tallies)) {
        let tallies = &mut self.tallies[row.place()];
        self.seen += usize::from(!tallies.is_seen());
        change(tallies);
    }

    /// The whole answer. None if it does not name its node. Every answer of RabbitMQ does, so it ended early, or another
    /// program answered.
    pub(super) fn finish(self) -> Option<NodeRead> {
        let unescaped = self.rows.any_unescapable(|row| self.tallies[row.place()].is_seen());
        Some(NodeRead {
            unescaped,
            rows: self.rows,
            tallies: self.tallies,
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

impl NodeRead {
    /// What is to be remembered for the next read of the same endpoint.
    pub(in crate::sources) fn into_rows(mut self) -> Rows {
        let seen = self.tallies.iter().filter(|tallies| tallies.is_seen()).count();
        self.rows.forget(seen);
        self.rows
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
