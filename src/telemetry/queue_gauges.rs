//! Gauges of brokers, queues and backlogs. A number that is missing is left out, never shown as zero.

use jiff::Timestamp;
use leveret_core::catalog::{self, Item, Refusal, SIGNALS, Signal};
use leveret_core::observation::{QueueId, SourceKind};
use leveret_core::snapshot::Snapshot;
use leveret_core::{Backlog, Broker, Choice, Moment};
use prometheus::core::Collector;
use prometheus::proto::MetricFamily;
use prometheus::{GaugeVec, Opts};

use super::broker_gauges::BrokerGauges;

/// The gauges of one scrape.
pub struct Gauges {
    signals: Vec<GaugeVec>,
    queue_age: GaugeVec,
    has_number: GaugeVec,
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
            has_number: gauge(
                "queue_has_number",
                "Whether a signal that was asked for has a number (1) or not (0), and the reason, `ok` if it has one",
                &["broker", "vhost", "queue", "backlog", "signal", "reason"],
            )?,
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

    /// Shows when the client certificate for one broker expires, if there is one.
    pub fn client_certificate(&self, broker: &Broker, expires: Option<Timestamp>) {
        self.brokers.client_certificate(broker, expires);
    }

    /// Shows one queue: every signal that it has a number for, the age of its numbers, and whether the signals that were
    /// `asked` for have a number.
    pub fn queue(&self, broker: &Broker, queue: &QueueId, asked: &[Signal], snapshot: &Snapshot, now: Moment) {
        let labels = [&*broker.name, &*queue.vhost, &*queue.name, ""];
        self.each_signal(labels, asked, |signal| catalog::of_queue(signal, broker, queue, snapshot, now));
        let known = snapshot.broker(&broker.name).and_then(|state| state.queues.get(&queue.vhost, &queue.name));
        if let Some(known) = known {
            self.queue_age.with_label_values(&labels).set(now.since(known.at()).as_secs_f64());
        }
    }

    /// Shows one configured backlog, and whether the signals that were `asked` for have a number.
    pub fn backlog(&self, broker: &Broker, backlog: &Backlog, asked: &[Signal], snapshot: &Snapshot, now: Moment) {
        // Labels that stay the same whether or not there is a number, unlike those of an answer. No virtual host where there
        // may be several.
        let vhost = match &backlog.vhosts {
            Choice::Names(names) if names.len() == 1 => &*names[0],
            Choice::Names(_) | Choice::Pattern { .. } => "",
        };
        let labels = [&*broker.name, vhost, "", &*backlog.name];
        self.each_signal(labels, asked, |signal| catalog::of_backlog(signal, broker, backlog, snapshot, now));
    }

    fn each_signal(&self, subject: [&str; 4], asked: &[Signal], item: impl Fn(Signal) -> Result<Item, Refusal>) {
        for (row, gauge) in SIGNALS.iter().zip(&self.signals) {
            let item = item(row.signal);
            if asked.contains(&row.signal) {
                let reason = item.as_ref().map_or_else(|refusal| refusal.reason.as_str(), |_| "ok");
                let [broker, vhost, queue, backlog] = subject;
                let has_number = self.has_number.with_label_values(&[broker, vhost, queue, backlog, row.name, reason]);
                has_number.set(if item.is_ok() { 1.0 } else { 0.0 });
            }
            let Ok(item) = item else { continue };
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
        let signal = SIGNALS[0].name;
        self.has_number.with_label_values(&["main", "/", "orders", "", signal, "ok"]);
        self.brokers.fill_examples();
        self.families()
    }

    /// The families that have a series.
    pub fn families(&self) -> Vec<MetricFamily> {
        self.signals
            .iter()
            .chain([&self.queue_age, &self.has_number])
            .chain(self.brokers.all())
            .flat_map(Collector::collect)
            .filter(|family| !family.get_metric().is_empty())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leveret_core::testing::{at, broker, long_read, observation};

    /// The label values and the value of each series.
    fn series(family: &GaugeVec) -> Vec<(Vec<String>, f64)> {
        let families = family.collect();
        let metrics = families.iter().flat_map(MetricFamily::get_metric);
        let of_one = |it: &prometheus::proto::Metric| {
            (it.get_label().iter().map(|label| label.value().to_owned()).collect(), it.get_gauge().get_value())
        };
        let mut all: Vec<_> = metrics.map(of_one).collect();
        all.sort_unstable_by(|a: &(Vec<String>, f64), b| a.0.cmp(&b.0));
        all
    }

    #[test]
    fn only_signals_that_were_asked_for_show_whether_they_have_a_number() {
        let state = long_read().advance(&observation(0, &[("orders", 7)]));
        let snapshot = Snapshot::default().with("main", state);
        let gauges = Gauges::new().expect("the names are declared once");
        let (known, unknown) = (QueueId::new("/", "orders"), QueueId::new("/", "gone"));
        let asked = [Signal::MessagesReady, Signal::Consumers];
        gauges.queue(&broker("main"), &known, &asked, &snapshot, at(5));
        gauges.queue(&broker("main"), &unknown, &asked[..1], &snapshot, at(5));
        gauges.queue(&broker("main"), &QueueId::new("/", "configured"), &[], &snapshot, at(5));
        // In the order of the labels' names: backlog, broker, queue, reason, signal, vhost.
        let expected = [
            (["", "main", "gone", "queue_missing", "rabbitmq_queue_messages_ready", "/"], 0.0),
            (["", "main", "orders", "absent", "rabbitmq_queue_consumers", "/"], 0.0),
            (["", "main", "orders", "ok", "rabbitmq_queue_messages_ready", "/"], 1.0),
        ];
        let expected = expected.map(|(labels, value)| (labels.map(str::to_owned).to_vec(), value));
        assert_eq!(series(&gauges.has_number), expected);
    }
}
