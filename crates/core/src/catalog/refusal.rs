//! A question that has no number for an answer.

use std::fmt;

/// Why a question is refused. Its message appears in `kubectl describe hpa`, so it is written for an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which class of answer it is.
    pub kind: RefusalKind,
    /// The reason as one of a closed set of words, to count by.
    pub reason: &'static str,
    /// What is wrong, with what was seen and when, and what to do.
    pub message: String,
}

/// The classes of refusal, each of which is one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// The question is wrong: 400.
    BadRequest,
    /// It asks for something that does not exist: 404.
    NotFound,
    /// There is no number now: 503, without `Retry-After`, which would put the HPA's worker to sleep.
    Unavailable,
}

impl Refusal {
    /// A refusal.
    pub fn new(kind: RefusalKind, reason: &'static str, message: impl Into<String>) -> Self {
        Self { kind, reason, message: message.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
