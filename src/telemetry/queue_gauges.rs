//! Gauges that are computed from the state when they are asked for, so that they can be neither stale nor left over.
//!
//! Queues appear here when they are configured or have been asked for of late; a broker's other queues do not, because
//! there may be a hundred thousand of them. A number that is no data is left out, never shown as zero.

use std::collections::BTreeSet;
use std::sync::Arc;

use arc_swap::ArcSwap;
use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{GaugeVec, Opts};

use crate::broker::Wanted;
use crate::config::Config;
use crate::poll::{Demand, Publisher};
use leveret_core::Moment;
use leveret_core::backlog::QueueChoice;
use leveret_core::catalog::{self, Item, SIGNALS, Signal};
use leveret_core::observation::QueueId;
use leveret_core::snapshot::Snapshot;
use leveret_core::{Broker, View};
use leveret_runtime::Clock;

/// The collector of the computed gauges.
pub struct QueueGauges {
    /// The configuration in use.
    pub config: Arc<ArcSwap<Config>>,
    /// The published snapshot.
    pub publisher: Publisher,
    /// The questions of late.
    pub demand: Arc<Demand>,
    /// The time.
    pub clock: Clock,
}

/// The gauges of one scrape.
pub(super) struct Gauges {
    signals: Vec<GaugeVec>,
    queue_age: GaugeVec,
    broker_age: GaugeVec,
    broker_queues: GaugeVec,
    broker_settled: GaugeVec,
}

impl Collector for QueueGauges {
    fn desc(&self) -> Vec<&Desc> {
        // An unchecked collector: its families are the same at every scrape, and their names stand in `Gauges::new`.
        Vec::new()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let Ok(gauges) = Gauges::new() else { return Vec::new() };
        let (config, snapshot, now) = (self.config.load(), self.publisher.load(), self.clock.now());
        let view = &config.view;
        for broker in &view.brokers {
            gauges.broker(broker, &snapshot, now);
            for queue in self.shown(view, broker, now) {
                gauges.queue(broker, &queue, &snapshot, now);
            }
        }
        for backlog in &view.backlogs {
            let Some(broker) = view.broker(&backlog.broker) else { continue };
            gauges.each_signal(|signal| catalog::of_backlog(signal, broker, backlog, &snapshot, now).ok());
        }
        gauges.families()
    }
}

impl QueueGauges {
    /// The queues of a broker that are configured by name or have been asked for.
    fn shown(&self, view: &View, broker: &Broker, now: Moment) -> BTreeSet<QueueId> {
        let mut queues = BTreeSet::new();
        if let Wanted::Queues(asked) = self.demand.wanted(&broker.name, now) {
            queues.extend(asked);
        }
        for backlog in view.backlogs.iter().filter(|backlog| backlog.broker == broker.name) {
            if let QueueChoice::Names(names) = &backlog.queues {
                queues.extend(names.iter().map(|name| QueueId::new(backlog.vhost.clone(), name.clone())));
            }
        }
        queues
    }
}

impl Gauges {
    /// Gauges without a series yet.
    pub(super) fn new() -> prometheus::Result<Self> {
        let gauge =
            |name: &str, help: &str, labels: &[&str]| GaugeVec::new(Opts::new(name, help).namespace("leveret"), labels);
        let queue_labels = ["broker", "vhost", "queue", "backlog"];
        let signal =
            |row: &catalog::SignalRow| gauge(row.gauge, &format!("{}, in {}", row.help, row.unit), &queue_labels);
        Ok(Self {
            signals: SIGNALS.iter().map(signal).collect::<prometheus::Result<_>>()?,
            queue_age: gauge("queue_sample_age_seconds", "Age of a queue's last trusted numbers", &queue_labels)?,
            broker_age: gauge(
                "broker_sample_age_seconds",
                "Age of the last read of a broker that succeeded",
                &["broker"],
            )?,
            broker_queues: gauge("broker_queues", "Queues known of a broker", &["broker"])?,
            broker_settled: gauge(
                "broker_settled",
                "Whether a broker's answers are trusted (1) or the last trusted ones are held (0)",
                &["broker"],
            )?,
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "a broker has fewer than 2^53 queues")]
    fn broker(&self, broker: &Broker, snapshot: &Snapshot, now: Moment) {
        let Some(state) = snapshot.broker(&broker.name) else { return };
        let name = &[&*broker.name];
        if let Some(seen) = &state.seen {
            self.broker_age.with_label_values(name).set(now.since(seen.at).as_secs_f64());
            self.broker_queues.with_label_values(name).set(state.queues.len() as f64);
        }
        let settled = state.seen.is_some() && state.unsettled().is_none() && state.failure.is_none();
        self.broker_settled.with_label_values(name).set(if settled { 1.0 } else { 0.0 });
    }

    fn queue(&self, broker: &Broker, queue: &QueueId, snapshot: &Snapshot, now: Moment) {
        self.each_signal(|signal| catalog::of_queue(signal, broker, queue, snapshot, now).ok());
        let known = snapshot.broker(&broker.name).and_then(|state| state.queues.get(&queue.vhost, &queue.name));
        if let Some(known) = known {
            let labels = [&*broker.name, &*queue.vhost, &*queue.name, ""];
            self.queue_age.with_label_values(&labels).set(now.since(known.latest.at).as_secs_f64());
        }
    }

    fn each_signal(&self, item: impl Fn(Signal) -> Option<Item>) {
        for (row, gauge) in SIGNALS.iter().zip(&self.signals) {
            let Some(item) = item(row.signal) else { continue };
            let label = |key: &str| item.labels.iter().find(|(name, _)| *name == key).map_or("", |(_, value)| value);
            let labels = [label("broker"), label("vhost"), label("queue"), label("backlog")];
            gauge.with_label_values(&labels).set(item.number);
        }
    }

    /// Every family with one series, for its documentation.
    #[cfg(test)]
    pub(super) fn examples(&self) -> Vec<MetricFamily> {
        for gauge in self.signals.iter().chain([&self.queue_age]) {
            gauge.with_label_values(&["main", "/", "orders", ""]);
        }
        for gauge in [&self.broker_age, &self.broker_queues, &self.broker_settled] {
            gauge.with_label_values(&["main"]);
        }
        self.families()
    }

    fn families(&self) -> Vec<MetricFamily> {
        let brokers = [&self.queue_age, &self.broker_age, &self.broker_queues, &self.broker_settled];
        self.signals
            .iter()
            .chain(brokers)
            .flat_map(Collector::collect)
            .filter(|family| !family.get_metric().is_empty())
            .collect()
    }
}
