//! One time limit for several requests.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use leveret_core::observation::{Failure, FailureKind};

/// When a read must have finished.
#[derive(Clone, Copy, Debug)]
pub(in crate::sources) struct Deadline {
    at: Instant,
    limit: Duration,
}

impl Deadline {
    /// The deadline `limit` after `start`.
    pub(in crate::sources) fn after(start: Instant, limit: Duration) -> Self {
        Self { at: start + limit, limit }
    }

    /// An earlier deadline that leaves `rest` of this one's time to others.
    pub(in crate::sources) fn leaving(self, rest: Duration) -> Self {
        Self { at: self.at.checked_sub(rest).unwrap_or(self.at), limit: self.limit.saturating_sub(rest) }
    }

    /// The result of `work`, or a failure that says that `what` did not answer in time.
    pub(in crate::sources) async fn bound<T>(
        self,
        what: impl std::fmt::Display,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::time::timeout_at(self.at, work).await.unwrap_or_else(|_| {
            let limit = self.limit.as_secs_f64();
            Err(Failure::new(
                FailureKind::Timeout,
                format!(
                    "`{what}` did not answer completely within {limit:.1} s; the broker is overloaded or unreachable, or \
                     `timeout` is too short for its number of queues"
                ),
            ))
        })
    }
}
