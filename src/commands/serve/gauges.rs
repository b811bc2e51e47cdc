//! The gauges of queues and brokers, computed from the shared state when they are scraped.

use std::collections::BTreeSet;

use leveret_core::observation::QueueId;
use leveret_core::{Broker, Moment, View};
use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;

use super::state::State;
use crate::sources::{self, Wanted};
use crate::telemetry::Gauges;

/// The collector of the computed gauges, which can be neither stale nor left over.
///
/// It shows queues that are configured by name or were asked for recently; a broker may have a hundred thousand others.
pub(super) struct StateGauges(pub(super) State);

impl Collector for StateGauges {
    fn desc(&self) -> Vec<&Desc> {
        // An unchecked collector: its families are the same at every scrape, and `Gauges::new` lists their names.
        Vec::new()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let Ok(gauges) = Gauges::new() else { return Vec::new() };
        let state = &self.0;
        let (config, snapshot, now) = (state.config.load(), state.publisher.load(), state.clock.now());
        let view = &config.view;
        for connection in &config.connections {
            let broker = &connection.broker;
            gauges.broker(broker, &snapshot, now);
            gauges.sources(broker, sources::kinds(connection), &snapshot);
            // A broker that is configured anew without a certificate is shown none, even before it has been read again.
            let expires = state.client_certificates.expiry(&broker.name);
            gauges.client_certificate(broker, expires.filter(|_| connection.tls.certificate.is_some()));
            let asked = state.questions.asked_for(&broker.name, now);
            let mut queues = self.shown(view, broker, now);
            queues.extend(asked.queues.keys().cloned());
            for queue in queues {
                let signals = asked.queues.get(&queue).map_or(&[][..], Vec::as_slice);
                gauges.queue(broker, &queue, signals, &snapshot, now);
            }
            for backlog in view.backlogs.iter().filter(|backlog| backlog.broker == broker.name) {
                let signals = asked.backlogs.get(&backlog.name).map_or(&[][..], Vec::as_slice);
                gauges.backlog(broker, backlog, signals, &snapshot, now);
            }
        }
        gauges.families()
    }
}

impl StateGauges {
    /// The queues of a broker that are configured by name or were asked for recently.
    fn shown(&self, view: &View, broker: &Broker, now: Moment) -> BTreeSet<QueueId> {
        let mut queues = BTreeSet::new();
        if let Wanted::Queues(asked) = self.0.demand.wanted(&broker.name, now) {
            queues.extend(asked);
        }
        for backlog in view.backlogs.iter().filter(|backlog| backlog.broker == broker.name) {
            queues.extend(backlog.named_queues().into_iter().flatten());
        }
        queues
    }
}
