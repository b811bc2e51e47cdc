//! A question that has no number for an answer.

use std::fmt;

use super::reason::Reason;

/// Why a question is refused. Its message appears in `kubectl describe hpa`, so it is written for an operator.
///
/// The message is the same as long as its cause lasts: it has the time when something began and no growing age or changing
/// count, because Kubernetes folds only equal events into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason, to count by.
    pub reason: Reason,
    /// What is wrong, since when, and what to do next.
    pub message: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
