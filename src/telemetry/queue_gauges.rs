//! Gauges of brokers, queues and backlogs. A number that is missing is left out, never shown as zero.

use leveret_core::catalog::{self, Item, SIGNALS, Signal};
use leveret_core::observation::{QueueId, SourceKind};
use leveret_core::snapshot::Snapshot;
use leveret_core::{Backlog, Broker, Moment};
use prometheus::core::Collector;
use prometheus::proto::MetricFamily;
use prometheus::{GaugeVec, Opts};

use super::broker_gauges::BrokerGauges;

/// The gauges of one scrape.
pub struct Gauges {
    signals: Vec<GaugeVec>,
    queue_age: GaugeVec,
    brokers: BrokerGauges,
}

impl Gauges {
    /// Gauges without a series yet.
    pub fn new() -> prometheus::Result<Self> {
        let gauge =
            |name: &str, help: &str, labels: &[&str]| GaugeVec::new(Opts::new(name, help).namespace("leveret"), labels);
        let queue_labels = ["broker", "vhost", "queue", "backlog"];
        let signal =
            |row: &catalog::SignalRow| gauge(row.gauge, &format!("{}, in {}", row.help, row.unit), &queue_labels);
        Ok(Self {
            signals: SIGNALS.iter().map(signal).collect::<prometheus::Result<_>>()?,
            queue_age: gauge("queue_sample_age_seconds", "Age of a queue's last trusted numbers", &queue_labels)?,
            brokers: BrokerGauges::new()?,
        })
    }

    /// Shows one broker.
    pub fn broker(&self, broker: &Broker, snapshot: &Snapshot, now: Moment) {
        self.brokers.broker(broker, snapshot, now);
    }

    /// Shows the sources of one broker, which are of these kinds.
    pub fn sources(&self, broker: &Broker, kinds: impl Iterator<Item = SourceKind>, snapshot: &Snapshot) {
        self.brokers.sources(broker, kinds, snapshot);
    }

    /// Shows one queue: every signal that it has a number for, and the age of its numbers.
    pub fn queue(&self, broker: &Broker, queue: &QueueId, snapshot: &Snapshot, now: Moment) {
        self.each_signal(|signal| catalog::of_queue(signal, broker, queue, snapshot, now).ok());
        let known = snapshot.broker(&broker.name).and_then(|state| state.queues.get(&queue.vhost, &queue.name));
        if let Some(known) = known {
            let labels = [&*broker.name, &*queue.vhost, &*queue.name, ""];
            self.queue_age.with_label_values(&labels).set(now.since(known.latest.at).as_secs_f64());
        }
    }

    /// Shows one configured backlog.
    pub fn backlog(&self, broker: &Broker, backlog: &Backlog, snapshot: &Snapshot, now: Moment) {
        self.each_signal(|signal| catalog::of_backlog(signal, broker, backlog, snapshot, now).ok());
    }

    fn each_signal(&self, item: impl Fn(Signal) -> Option<Item>) {
        for (row, gauge) in SIGNALS.iter().zip(&self.signals) {
            let Some(item) = item(row.signal) else { continue };
            let label = |key: &str| item.labels.iter().find(|(name, _)| *name == key).map_or("", |(_, value)| value);
            let labels = [label("broker"), label("vhost"), label("queue"), label("backlog")];
            gauge.with_label_values(&labels).set(item.value.as_f64());
        }
    }

    /// Every family with one series, for its documentation.
    #[cfg(test)]
    pub(super) fn examples(&self) -> Vec<MetricFamily> {
        for gauge in self.signals.iter().chain([&self.queue_age]) {
            gauge.with_label_values(&["main", "/", "orders", ""]);
        }
        self.brokers.fill_examples();
        self.families()
    }

    /// The families that have a series.
    pub fn families(&self) -> Vec<MetricFamily> {
        self.signals
            .iter()
            .chain([&self.queue_age])
            .chain(self.brokers.all())
            .flat_map(Collector::collect)
            .filter(|family| !family.get_metric().is_empty())
            .collect()
    }
}
