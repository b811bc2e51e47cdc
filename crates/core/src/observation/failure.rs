//! Why a read of a broker gave no observation.

use std::fmt;

use crate::Moment;

/// A read that gave no observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// When the read began.
    pub at: Moment,
    /// What kind of failure it was: the closed set that telemetry counts by.
    pub kind: FailureKind,
    /// What was asked, what came back, and what usually helps. Never holds a secret.
    pub message: String,
}

/// The kinds of failure. A closed set, because it is a label of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The name did not resolve.
    Dns,
    /// No connection could be made, or it broke.
    Connect,
    /// The TLS handshake failed or a certificate was not accepted.
    Tls,
    /// No complete answer came before the deadline.
    Timeout,
    /// 401 or 403: the credentials are wrong or lack a tag.
    Unauthorized,
    /// Another status than 200.
    Status,
    /// The answer was larger than the bound.
    TooLarge,
    /// The answer could not be understood.
    Malformed,
    /// The credentials or certificates could not be read from their files or environment.
    Credentials,
}

impl FailureKind {
    /// Every kind, so that telemetry can show a zero for what has not happened.
    pub const ALL: [Self; 9] = [
        Self::Dns,
        Self::Connect,
        Self::Tls,
        Self::Timeout,
        Self::Unauthorized,
        Self::Status,
        Self::TooLarge,
        Self::Malformed,
        Self::Credentials,
    ];

    /// The word used as a label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Unauthorized => "unauthorized",
            Self::Status => "status",
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::Credentials => "credentials",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
