//! Gauges of brokers and their sources.

use jiff::Timestamp;
use leveret_core::observation::SourceKind;
use leveret_core::snapshot::Snapshot;
use leveret_core::{Broker, Moment};
use prometheus::{GaugeVec, Opts};

/// The gauges of brokers of one scrape.
pub(super) struct BrokerGauges {
    age: GaugeVec,
    queues: GaugeVec,
    settled: GaugeVec,
    nodes: GaugeVec,
    absences_proven: GaugeVec,
    source_degraded: GaugeVec,
    source_success: GaugeVec,
    client_certificate: GaugeVec,
}

impl BrokerGauges {
    /// Gauges without a series yet.
    pub(super) fn new() -> prometheus::Result<Self> {
        let gauge =
            |name: &str, help: &str, labels: &[&str]| GaugeVec::new(Opts::new(name, help).namespace("leveret"), labels);
        Ok(Self {
            age: gauge("broker_sample_age_seconds", "Age of the last read of a broker that succeeded", &["broker"])?,
            queues: gauge("broker_queues", "Queues known of a broker", &["broker"])?,
            settled: gauge(
                "broker_settled",
                "Whether a broker's answers are trusted (1) or the last trusted ones are held (0)",
                &["broker"],
            )?,
            nodes: gauge(
                "broker_nodes",
                "Nodes of a broker that the last read has read, or not read although they should be, by state, `read` or \
                 `unread`",
                &["broker", "state"],
            )?,
            absences_proven: gauge(
                "broker_absences_proven",
                "Whether the last read of a broker could show that a queue does not exist (1) or not (0)",
                &["broker"],
            )?,
            source_degraded: gauge(
                "broker_source_degraded",
                "Whether a source of a broker failed in the last read (1) or not (0)",
                &["broker", "source"],
            )?,
            source_success: gauge(
                "source_last_success_timestamp_seconds",
                "When the last read of a source of a broker began that succeeded",
                &["broker", "source"],
            )?,
            client_certificate: gauge(
                "broker_client_certificate_expiry_timestamp_seconds",
                "When the client certificate that is shown to a broker, with its chain, expires",
                &["broker"],
            )?,
        })
    }

    /// Shows one broker.
    #[expect(clippy::cast_precision_loss, reason = "a broker has fewer than 2^53 queues and nodes")]
    pub(super) fn broker(&self, broker: &Broker, snapshot: &Snapshot, now: Moment) {
        let Some(state) = snapshot.broker(&broker.name) else { return };
        let name = &[&*broker.name];
        if let Some(seen) = &state.seen {
            self.age.with_label_values(name).set(now.since(seen.at).as_secs_f64());
            self.queues.with_label_values(name).set(state.queues.len() as f64);
            // A read that failed has not shown which nodes there are.
            if state.failure.is_none() {
                let counts = [("read", seen.nodes.read.len()), ("unread", seen.nodes.unread.len())];
                for (label, count) in counts {
                    self.nodes.with_label_values(&[&*broker.name, label]).set(count as f64);
                }
            }
        }
        let settled = state.seen.is_some() && state.hold().is_none() && state.failure.is_none();
        self.settled.with_label_values(name).set(if settled { 1.0 } else { 0.0 });
        if let Some(proven) = state.absences_are_proven() {
            self.absences_proven.with_label_values(name).set(if proven { 1.0 } else { 0.0 });
        }
    }

    /// Shows the sources of one broker, which are of these kinds.
    pub(super) fn sources(&self, broker: &Broker, kinds: impl Iterator<Item = SourceKind>, snapshot: &Snapshot) {
        let Some(state) = snapshot.broker(&broker.name) else { return };
        for kind in kinds {
            let degraded = state.seen.iter().flat_map(|seen| &seen.degraded).any(|(source, _)| *source == kind);
            let value = if degraded || state.failure.is_some() { 1.0 } else { 0.0 };
            let labels = [&*broker.name, kind.as_str()];
            self.source_degraded.with_label_values(&labels).set(value);
            if let Some(at) = state.last_read_of(kind) {
                self.source_success.with_label_values(&labels).set(seconds(at));
            }
        }
    }

    /// Shows when the client certificate for one broker expires, if there is one.
    pub(super) fn client_certificate(&self, broker: &Broker, expires: Option<Timestamp>) {
        if let Some(expires) = expires {
            self.client_certificate.with_label_values(&[&*broker.name]).set(expires.as_duration().as_secs_f64());
        }
    }

    /// Every family, with or without a series.
    pub(super) fn all(&self) -> [&GaugeVec; 8] {
        [
            &self.age,
            &self.queues,
            &self.settled,
            &self.nodes,
            &self.absences_proven,
            &self.source_degraded,
            &self.source_success,
            &self.client_certificate,
        ]
    }

    /// Gives every family one series, for its documentation.
    #[cfg(test)]
    pub(super) fn fill_examples(&self) {
        for gauge in [&self.age, &self.queues, &self.settled, &self.absences_proven, &self.client_certificate] {
            gauge.with_label_values(&["main"]);
        }
        self.nodes.with_label_values(&["main", "read"]);
        for gauge in [&self.source_degraded, &self.source_success] {
            gauge.with_label_values(&["main", "prometheus"]);
        }
    }
}

/// The time in seconds since 1970.
fn seconds(at: Moment) -> f64 {
    at.wall().as_duration().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use leveret_core::observation::{Absences, Failure, FailureKind, NodeSeen, Observation, UnreadNode};
    use leveret_core::snapshot::BrokerState;
    use leveret_core::testing::{NODE, at, broker, long_read, node, observation};
    use prometheus::core::Collector as _;
    use prometheus::proto::MetricFamily;

    /// The values of a family's series, by their last label.
    fn series(family: &GaugeVec) -> Vec<(String, f64)> {
        let families = family.collect();
        let value = |it: &prometheus::proto::Metric| {
            let label = it.get_label().last().expect("a label").value();
            (label.to_owned(), it.get_gauge().get_value())
        };
        let mut values: Vec<_> = families.iter().flat_map(MetricFamily::get_metric).map(value).collect();
        values.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        values
    }

    fn shown(state: BrokerState) -> BrokerGauges {
        let gauges = BrokerGauges::new().expect("the names are declared once");
        let snapshot = Snapshot::default().with("main", state);
        gauges.broker(&broker("main"), &snapshot, at(20));
        gauges.sources(&broker("main"), SourceKind::ALL.into_iter(), &snapshot);
        gauges
    }

    #[test]
    fn a_source_that_failed_is_degraded_and_with_a_failed_read_every_source() {
        let failure = Failure::new(FailureKind::Connect, "connection refused");
        let failed = vec![(SourceKind::Management, failure.clone())];
        let partly = BrokerState::default().advance(&Observation { degraded: failed, ..observation(0, &[]) });
        let degraded = |state| series(&shown(state).source_degraded);
        let both =
            |management, prometheus| vec![("management".to_owned(), management), ("prometheus".to_owned(), prometheus)];
        assert_eq!(degraded(partly.clone()), both(1.0, 0.0));
        assert_eq!(degraded(partly.advance(&observation(5, &[]))), both(0.0, 0.0));
        assert_eq!(degraded(partly.failed(at(10), failure)), both(1.0, 1.0));
    }

    #[test]
    fn nodes_are_counted_once_as_the_last_read_saw_them() {
        let gone = UnreadNode { node: "rabbit@two".to_owned(), why: "connection refused".to_owned() };
        let of_management = NodeSeen { source: SourceKind::Management, ..node("rabbit@two") };
        let read = Observation {
            nodes: vec![node(NODE), of_management, node(NODE)],
            unread: vec![gone],
            absences: Absences::Unproven("node rabbit@two is not read".to_owned()),
            read_by: SourceKind::ALL.to_vec(),
            ..observation(5, &[])
        };
        let state = long_read().advance(&read);
        assert_eq!(series(&shown(state.clone()).nodes), [("read".to_owned(), 1.0), ("unread".to_owned(), 1.0)]);
        assert_eq!(series(&shown(state.clone()).absences_proven), [("main".to_owned(), 0.0)]);
        let failed = state.failed(at(10), Failure::new(FailureKind::Connect, "connection refused"));
        assert_eq!(series(&shown(failed).nodes), [], "the read has not shown them");
        let whole = state.advance(&observation(10, &[]));
        assert_eq!(series(&shown(whole).nodes), [("read".to_owned(), 1.0), ("unread".to_owned(), 0.0)]);
    }

    #[test]
    fn absences_are_proven_by_a_settled_read_that_succeeded() {
        let proven = |state| series(&shown(state).absences_proven);
        let first = BrokerState::default().advance(&observation(0, &[]));
        assert_eq!(proven(first.clone()), [("main".to_owned(), 0.0)], "the first read is not trusted yet");
        let settled = first.advance(&observation(16, &[]));
        assert_eq!(proven(settled.clone()), [("main".to_owned(), 1.0)]);
        let failure = Failure::new(FailureKind::Connect, "connection refused");
        assert_eq!(proven(settled.failed(at(20), failure.clone())), [("main".to_owned(), 0.0)]);
        assert_eq!(proven(BrokerState::default().failed(at(0), failure)), [], "it is not known");
    }

    #[test]
    fn a_source_that_never_succeeded_has_no_time_of_success() {
        let failure = Failure::new(FailureKind::Connect, "connection refused");
        let failed = vec![(SourceKind::Management, failure.clone())];
        let partly = Observation { degraded: failed, ..observation(0, &[]) };
        let state = BrokerState::default().advance(&partly).advance(&Observation { at: at(5), ..partly });
        let successes = [("prometheus".to_owned(), 5.0)];
        assert_eq!(series(&shown(state.clone()).source_success), successes);
        assert_eq!(series(&shown(state.failed(at(10), failure)).source_success), successes);
    }
}
