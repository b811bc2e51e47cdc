//! Gauges of brokers and their sources.

use leveret_core::observation::SourceKind;
use leveret_core::snapshot::Snapshot;
use leveret_core::{Broker, Moment};
use prometheus::{GaugeVec, Opts};

/// The gauges of brokers of one scrape.
pub(super) struct BrokerGauges {
    age: GaugeVec,
    queues: GaugeVec,
    settled: GaugeVec,
    source_degraded: GaugeVec,
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
            source_degraded: gauge(
                "broker_source_degraded",
                "Whether a source of a broker failed in the last read (1) or not (0)",
                &["broker", "source"],
            )?,
        })
    }

    /// Shows one broker.
    #[expect(clippy::cast_precision_loss, reason = "a broker has fewer than 2^53 queues")]
    pub(super) fn broker(&self, broker: &Broker, snapshot: &Snapshot, now: Moment) {
        let Some(state) = snapshot.broker(&broker.name) else { return };
        let name = &[&*broker.name];
        if let Some(seen) = &state.seen {
            self.age.with_label_values(name).set(now.since(seen.at).as_secs_f64());
            self.queues.with_label_values(name).set(state.queues.len() as f64);
        }
        let settled = state.seen.is_some() && state.hold().is_none() && state.failure.is_none();
        self.settled.with_label_values(name).set(if settled { 1.0 } else { 0.0 });
    }

    /// Shows the sources of one broker, which are of these kinds.
    pub(super) fn sources(&self, broker: &Broker, kinds: impl Iterator<Item = SourceKind>, snapshot: &Snapshot) {
        let Some(state) = snapshot.broker(&broker.name) else { return };
        for kind in kinds {
            let degraded = state.seen.iter().flat_map(|seen| &seen.degraded).any(|(source, _)| *source == kind);
            let value = if degraded || state.failure.is_some() { 1.0 } else { 0.0 };
            self.source_degraded.with_label_values(&[&*broker.name, kind.as_str()]).set(value);
        }
    }

    /// Every family, with or without a series.
    pub(super) fn all(&self) -> [&GaugeVec; 4] {
        [&self.age, &self.queues, &self.settled, &self.source_degraded]
    }

    /// Gives every family one series, for its documentation.
    #[cfg(test)]
    pub(super) fn fill_examples(&self) {
        for gauge in [&self.age, &self.queues, &self.settled] {
            gauge.with_label_values(&["main"]);
        }
        self.source_degraded.with_label_values(&["main", "prometheus"]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leveret_core::observation::{Failure, FailureKind, Observation};
    use leveret_core::snapshot::BrokerState;
    use leveret_core::testing::{at, broker, observation};
    use prometheus::core::Collector as _;

    /// The values of a family's series, by their last label.
    fn series(family: &GaugeVec) -> Vec<(String, f64)> {
        let families = family.collect();
        let value = |it: &prometheus::proto::Metric| {
            let label = it.get_label().last().expect("a label").value();
            (label.to_owned(), it.get_gauge().get_value())
        };
        let mut values: Vec<_> = families[0].get_metric().iter().map(value).collect();
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
}
