//! One limit of time over several requests.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use super::Fault;
use leveret_core::observation::FailureKind;

/// When a read must have ended.
#[derive(Clone, Copy, Debug)]
pub(in crate::broker) struct Deadline {
    at: Instant,
    limit: Duration,
}

impl Deadline {
    /// A deadline `limit` from now.
    pub(in crate::broker) fn after(limit: Duration) -> Self {
        Self { at: tokio::time::sleep(limit).deadline(), limit }
    }

    /// A deadline that leaves `rest` of this one's time to others.
    pub(in crate::broker) fn leaving(self, rest: Duration) -> Self {
        Self { at: self.at.checked_sub(rest).unwrap_or(self.at), limit: self.limit.saturating_sub(rest) }
    }

    /// What `work` gives, or a fault that says what did not answer in time.
    pub(in crate::broker) async fn bound<T>(
        self,
        what: impl std::fmt::Display,
        work: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        tokio::time::timeout_at(self.at, work).await.unwrap_or_else(|_| {
            let limit = self.limit.as_secs_f64();
            Err(Fault::new(
                FailureKind::Timeout,
                format!(
                    "`{what}` gave no complete answer within {limit:.1} s; the broker is overloaded or does not answer, \
                     or `timeout` is too short for the number of its queues"
                ),
            ))
        })
    }
}
