//! What is logged about a broker: changes, never the same thing at every poll.

use leveret_core::observation::{Failure, FailureKind, Finding, Observation, SourceKind};

/// How the last read went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Health {
    /// There was no read yet.
    #[default]
    Unknown,
    /// Everything was read.
    Whole,
    /// A node or a source could not be read, or an answer looked like a success and was not.
    Degraded { unread: Vec<String>, finding: Option<Finding>, sources: Vec<(SourceKind, FailureKind)> },
    /// Nothing could be read.
    Failing(FailureKind),
}

impl Health {
    /// Logs `outcome` if it is another state than the last.
    pub(super) fn note(&mut self, broker: &str, outcome: Result<&Observation, &Failure>) {
        let now = Self::of(outcome);
        if now == *self {
            return;
        }
        let before = std::mem::replace(self, now);
        match (outcome, &*self) {
            (Err(failure), _) => {
                tracing::warn!(broker, kind = failure.kind.as_str(), error = failure.message, "cannot read the broker");
            }
            (Ok(observation), Self::Degraded { .. }) => {
                let unread: Vec<_> =
                    observation.unread.iter().map(|node| format!("{}: {}", node.node, node.why)).collect();
                let sources: Vec<_> = observation
                    .degraded
                    .iter()
                    .map(|(source, failure)| format!("{}: {failure}", source.as_str()))
                    .collect();
                tracing::warn!(
                    broker,
                    finding = observation.finding.map(tracing::field::debug),
                    unread = unread.join("; "),
                    failed_sources = sources.join("; "),
                    "only a part of the broker could be read"
                );
            }
            (Ok(observation), _) => {
                let queues = observation.queues.len();
                let message = if before == Self::Unknown { "reading the broker" } else { "the broker is read again" };
                tracing::info!(broker, queues, "{message}");
            }
        }
    }

    fn of(outcome: Result<&Observation, &Failure>) -> Self {
        match outcome {
            Err(failure) => Self::Failing(failure.kind),
            Ok(observation) => {
                let unread: Vec<_> = observation.unread.iter().map(|node| node.node.clone()).collect();
                let sources: Vec<_> =
                    observation.degraded.iter().map(|(source, failure)| (*source, failure.kind)).collect();
                let finding = observation.finding;
                if unread.is_empty() && finding.is_none() && sources.is_empty() {
                    Self::Whole
                } else {
                    Self::Degraded { unread, finding, sources }
                }
            }
        }
    }
}
