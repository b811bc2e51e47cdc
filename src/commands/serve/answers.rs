//! The API's view of what is known: configuration, snapshot and time, and a note of what was asked.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::api::Answers;
use crate::config::Config;
use crate::poll::{Demand, Publisher};
use crate::telemetry::Instruments;
use leveret_core::catalog::{self, Item, Refusal, Signal};
use leveret_runtime::Clock;

/// Answers from the published snapshot.
pub(super) struct SnapshotAnswers {
    pub(super) config: Arc<ArcSwap<Config>>,
    pub(super) publisher: Publisher,
    pub(super) demand: Arc<Demand>,
    pub(super) instruments: Instruments,
    pub(super) clock: Clock,
}

impl Answers for SnapshotAnswers {
    fn answer(&self, metric: &str, selector: &str) -> Result<Vec<Item>, Refusal> {
        let now = self.clock.now();
        let (subject, answer) =
            catalog::answer(&self.config.load().view, &self.publisher.load(), metric, selector, now);
        for queue in &subject.queues {
            self.demand.ask(&subject.broker, queue, now);
        }
        let signal = Signal::from_name(metric).map_or("unknown", |signal| signal.row().name);
        let outcome = answer.as_ref().map_or_else(|refusal| refusal.reason, |_| "ok");
        self.instruments.answered(signal, outcome, self.clock.now().since(now));
        answer
    }
}
