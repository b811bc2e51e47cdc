//! Why a broker, or one of its sources, could not be read.

use std::fmt;

/// Why a read gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure it was: the closed set that telemetry counts by.
    pub kind: FailureKind,
    /// What was requested, what came back, and what usually helps. It never holds a secret.
    pub message: String,
}

/// The kinds of failure. A closed set, because it is a label of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The host name did not resolve.
    Dns,
    /// No connection could be made, or it broke off.
    Connect,
    /// The TLS handshake failed, or a certificate was rejected.
    Tls,
    /// The deadline passed before the response was complete.
    Timeout,
    /// 401 or 403: the credentials are wrong, or the user lacks a tag or a permission.
    Unauthorized,
    /// A status other than 200.
    Status,
    /// The response exceeded a size limit.
    TooLarge,
    /// The response could not be parsed.
    Malformed,
    /// The credentials or certificates could not be read from their files or environment.
    Credentials,
    /// A fault in Leveret itself ended the read.
    Internal,
}

impl Failure {
    /// A failure of this kind, with a message for the operator.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

impl FailureKind {
    /// Every kind, so that telemetry can show a zero for the ones that have not happened.
    pub const ALL: [Self; 10] = [
        Self::Dns,
        Self::Connect,
        Self::Tls,
        Self::Timeout,
        Self::Unauthorized,
        Self::Status,
        Self::TooLarge,
        Self::Malformed,
        Self::Credentials,
        Self::Internal,
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
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
