//! What is logged about a broker: changes, never the same thing at every poll.

use leveret_core::observation::{Failure, FailureKind, Finding, Observation};

/// How the last read went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Health {
    /// There has been none.
    #[default]
    Unknown,
    /// Everything was read.
    Whole,
    /// Nodes were not read, or the answer looked like success and was not.
    Partial { unread: Vec<String>, finding: Option<Finding> },
    /// There was no observation.
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
            (Ok(observation), Self::Partial { .. }) => {
                let why: Vec<_> =
                    observation.unread.iter().map(|node| format!("{}: {}", node.node, node.why)).collect();
                tracing::warn!(
                    broker,
                    finding = observation.finding.map(tracing::field::debug),
                    unread = why.join("; "),
                    "the broker was read in part; the last trusted numbers are kept"
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
            Ok(observation) if observation.unread.is_empty() && observation.finding.is_none() => Self::Whole,
            Ok(observation) => Self::Partial {
                unread: observation.unread.iter().map(|node| node.node.clone()).collect(),
                finding: observation.finding,
            },
        }
    }
}
