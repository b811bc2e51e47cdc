//! What is logged of one question.

use leveret_core::catalog::{Reason, Refusal, Signal};
use leveret_core::observation::QueueId;

use super::questions::Change;

/// A question about a queue or about a configured backlog.
pub(super) struct Question<'a> {
    pub(super) signal: Signal,
    pub(super) broker: &'a str,
    pub(super) queue: Option<&'a QueueId>,
    pub(super) backlog: Option<&'a str>,
}

impl Question<'_> {
    /// Logs a change of its answer, and the refusal if that is the answer.
    pub(super) fn log(&self, change: Option<Change>, refusal: Option<&Refusal>) {
        let Self { signal, broker, queue, backlog } = *self;
        let metric = signal.row().name;
        let (vhost, queue) = (queue.map(|queue| &*queue.vhost), queue.map(|queue| &*queue.name));
        match (change, refusal) {
            (Some(Change::NoNumber), Some(Refusal { reason, message })) => {
                let (why, word) = (message.as_str(), reason.as_str());
                if passes(*reason) {
                    tracing::info!(metric, broker, vhost, queue, backlog, reason = word, why, "no number yet");
                } else {
                    tracing::warn!(metric, broker, vhost, queue, backlog, reason = word, why, "no number");
                }
            }
            (Some(Change::NumberAgain), _) => {
                tracing::info!(metric, broker, vhost, queue, backlog, "there is a number again");
            }
            (Some(Change::NoNumber), None) | (None, _) => {}
        }
    }
}

/// Whether a reason is part of every beginning and ends by itself within seconds.
fn passes(reason: Reason) -> bool {
    matches!(reason, Reason::NotReadYet | Reason::NotAskedYet | Reason::FirstSample | Reason::Unsettled)
}
