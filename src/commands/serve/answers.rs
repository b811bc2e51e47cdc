//! The API's answers, taken from the shared state.

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use leveret_core::catalog::{self, Item, Refusal, Signal};

use super::state::State;
use crate::api::Answers;

/// Answers from the published snapshot, and remembers which queues were asked for.
pub(super) struct SnapshotAnswers(pub(super) State);

impl Answers for SnapshotAnswers {
    fn answer<'a>(&'a self, metric: &'a str, selector: &'a str) -> BoxFuture<'a, Result<Vec<Item>, Refusal>> {
        ready(self.look_up(metric, selector)).boxed()
    }
}

impl SnapshotAnswers {
    fn look_up(&self, metric: &str, selector: &str) -> Result<Vec<Item>, Refusal> {
        let State { config, publisher, demand, instruments, clock } = &self.0;
        let now = clock.now();
        let (subject, answer) = catalog::answer(&config.load().view, &publisher.load(), metric, selector, now);
        for queue in &subject.queues {
            demand.ask(&subject.broker, queue, now);
        }
        let signal = Signal::from_name(metric).map_or("unknown", |signal| signal.row().name);
        let outcome = answer.as_ref().map(drop).map_err(|refusal| refusal.reason);
        instruments.answered(signal, outcome, clock.now().since(now));
        answer
    }
}
