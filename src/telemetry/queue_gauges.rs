//! Gauges of brokers, queues and backlogs. A number that is missing is left out, never shown as zero.

use leveret_core::catalog::{self, Item, SIGNALS, Signal};
use leveret_core::observation::{QueueId, SourceKind};
use leveret_core::snapshot::Snapshot;
use leveret_core::{Backlog, Broker, Moment};
use prometheus::core::Collector;
use prometheus::proto::MetricFamily;
use prometheus::{GaugeVec, Opts};

/// The gauges of one scrape.
pub struct Gauges {
    signals: Vec<GaugeVec>,
    queue_age: GaugeVec,
    broker_age: GaugeVec,
    broker_queues: GaugeVec,
    broker_settled: GaugeVec,
    source_degraded: GaugeVec,
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
            source_degraded: gauge(
                "broker_source_degraded",
                "Whether a source of a broker failed in the last read (1) or not (0)",
                &["broker", "source"],
            )?,
        })
    }

    /// Shows one broker.
    #[expect(clippy::cast_precision_loss, reason = "a broker has fewer than 2^53 queues")]
    pub fn broker(&self, broker: &Broker, snapshot: &Snapshot, now: Moment) {
        let Some(state) = snapshot.broker(&broker.name) else { return };
        let name = &[&*broker.name];
        if let Some(seen) = &state.seen {
            self.broker_age.with_label_values(name).set(now.since(seen.at).as_secs_f64());
            self.broker_queues.with_label_values(name).set(state.queues.len() as f64);
        }
        let settled = state.seen.is_some() && state.hold().is_none() && state.failure.is_none();
        self.broker_settled.with_label_values(name).set(if settled { 1.0 } else { 0.0 });
    }

    /// Shows the sources of one broker, which are of these kinds.
    pub fn sources(&self, broker: &Broker, kinds: impl Iterator<Item = SourceKind>, snapshot: &Snapshot) {
        let Some(state) = snapshot.broker(&broker.name) else { return };
        for kind in kinds {
            let degraded = state.seen.iter().flat_map(|seen| &seen.degraded).any(|(source, _)| *source == kind);
            let value = if degraded || state.failure.is_some() { 1.0 } else { 0.0 };
            self.source_degraded.with_label_values(&[&*broker.name, kind.as_str()]).set(value);
        }
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
        for gauge in [&self.broker_age, &self.broker_queues, &self.broker_settled] {
            gauge.with_label_values(&["main"]);
        }
        self.source_degraded.with_label_values(&["main", "prometheus"]);
        self.families()
    }

    /// The families that have a series.
    pub fn families(&self) -> Vec<MetricFamily> {
        let brokers =
            [&self.queue_age, &self.broker_age, &self.broker_queues, &self.broker_settled, &self.source_degraded];
        self.signals
            .iter()
            .chain(brokers)
            .flat_map(Collector::collect)
            .filter(|family| !family.get_metric().is_empty())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leveret_core::observation::{Failure, FailureKind, Observation};
    use leveret_core::snapshot::BrokerState;
    use leveret_core::testing::{at, broker, observation};

    fn degraded(state: BrokerState) -> Vec<(String, f64)> {
        let gauges = Gauges::new().expect("the names are declared once");
        let snapshot = Snapshot::default().with("main", state);
        gauges.sources(&broker("main"), SourceKind::ALL.into_iter(), &snapshot);
        let families = gauges.families();
        let [family] = families.as_slice() else { panic!("{families:?}") };
        let value = |it: &prometheus::proto::Metric| (it.get_label()[1].value().to_owned(), it.get_gauge().get_value());
        let mut values: Vec<_> = family.get_metric().iter().map(value).collect();
        values.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        values
    }

    #[test]
    fn a_source_that_failed_is_degraded_and_with_a_failed_read_every_source() {
        let failure = Failure::new(FailureKind::Connect, "connection refused");
        let failed = vec![(SourceKind::Management, failure.clone())];
        let partly = BrokerState::default().advance(&Observation { degraded: failed, ..observation(0, &[]) });
        let series =
            |management, prometheus| vec![("management".to_owned(), management), ("prometheus".to_owned(), prometheus)];
        assert_eq!(degraded(partly.clone()), series(1.0, 0.0));
        assert_eq!(degraded(partly.advance(&observation(5, &[]))), series(0.0, 0.0));
        assert_eq!(degraded(partly.failed(at(10), failure)), series(1.0, 1.0));
    }
}
