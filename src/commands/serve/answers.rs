//! The API's answers, taken from the shared state.

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use leveret_core::catalog::{self, Item, Refusal, Signal, Subject};
use leveret_core::snapshot::Snapshot;
use leveret_core::{Moment, View};

use super::question::Question;
use super::state::State;
use crate::api::Answers;

/// Answers from the published snapshot, and remembers which queues were asked for and which of them have no number.
pub(super) struct SnapshotAnswers(pub(super) State);

impl Answers for SnapshotAnswers {
    fn answer<'a>(&'a self, metric: &'a str, selector: &'a str) -> BoxFuture<'a, Result<Vec<Item>, Refusal>> {
        ready(self.look_up(metric, selector)).boxed()
    }
}

impl SnapshotAnswers {
    fn look_up(&self, metric: &str, selector: &str) -> Result<Vec<Item>, Refusal> {
        let State { config, publisher, demand, instruments, clock, .. } = &self.0;
        let now = clock.now();
        let (config, snapshot) = (config.load(), publisher.load());
        let (subject, answer) = catalog::answer(&config.view, &snapshot, metric, selector, now);
        for queue in &subject.queues {
            demand.ask(&subject.broker, queue, now);
        }
        let signal = Signal::from_name(metric);
        let outcome = answer.as_ref().map(drop).map_err(|refusal| refusal.reason);
        instruments.answered(signal.map_or("unknown", |it| it.row().name), outcome, clock.now().since(now));
        match signal {
            Some(signal) if !subject.broker.is_empty() => {
                self.note(signal, &subject, answer.as_ref().err(), &config.view, &snapshot, now);
            }
            _ => answer.as_ref().err().into_iter().for_each(|refusal| self.note_unclear(refusal, now)),
        }
        answer
    }

    /// Logs an answer that differs from the one before to the same question.
    fn note(
        &self,
        signal: Signal,
        subject: &Subject,
        refusal: Option<&Refusal>,
        view: &View,
        snapshot: &Snapshot,
        now: Moment,
    ) {
        let (questions, broker) = (&self.0.questions, &*subject.broker);
        let reason = |refusal: Option<&Refusal>| refusal.map(|refusal| refusal.reason);
        if let Some(backlog) = &subject.backlog {
            let change = questions.of_backlog(broker, backlog, signal, reason(refusal), now);
            Question { signal, broker, queue: None, backlog: Some(backlog) }.log(change, refusal);
        }
        for queue in &subject.queues {
            // The answer to a question about several queues has the refusal of only one of them.
            let own = match (refusal, view.broker(broker)) {
                (Some(_), Some(broker)) if subject.queues.len() > 1 => {
                    catalog::of_queue(signal, broker, queue, snapshot, now).err()
                }
                _ => refusal.cloned(),
            };
            let change = questions.of_queue(broker, queue, signal, reason(own.as_ref()), now);
            Question { signal, broker, queue: Some(queue), backlog: None }.log(change, own.as_ref());
        }
    }

    /// Logs a question that names no known signal, broker or queue, once while it is asked.
    fn note_unclear(&self, refusal: &Refusal, now: Moment) {
        if self.0.questions.unclear(&refusal.message, now) {
            let reason = refusal.reason.as_str();
            tracing::warn!(reason, why = refusal.message, "no number for a question that names nothing known");
        }
    }
}
