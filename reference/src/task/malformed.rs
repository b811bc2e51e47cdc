//! What can be wrong with a message.

use std::fmt;

/// Why a body is not a valid task. Such a message will never become one, so it is dead-lettered at once, never retried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Longer than [`BODY_BYTES_MAX`](super::BODY_BYTES_MAX).
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not JSON, or not UTF-8.
    NoJson,
    /// JSON, but no object.
    NoObject,
    /// A field is not there.
    Missing {
        /// Its path.
        field: &'static str,
    },
    /// A field is of another JSON type.
    WrongType {
        /// Its path.
        field: &'static str,
        /// What belongs there.
        expected: &'static str,
    },
    /// The `task_id` is empty, too long, or not printable ASCII without spaces.
    UnusableTaskId,
    /// The `timestamp` is not an RFC 3339 time.
    NoTime,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => write!(f, "the body has {bytes} bytes"),
            Self::NoJson => f.write_str("the body is not JSON"),
            Self::NoObject => f.write_str("the body is not a JSON object"),
            Self::Missing { field } => write!(f, "`{field}` is missing"),
            Self::WrongType { field, expected } => write!(f, "`{field}` is not {expected}"),
            Self::UnusableTaskId => f.write_str("`task_id` is empty, too long or not printable"),
            Self::NoTime => f.write_str("`timestamp` is not an RFC 3339 time"),
        }
    }
}

impl std::error::Error for Malformed {}
