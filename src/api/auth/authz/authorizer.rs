//! Decides whether a request is allowed.

use std::sync::Arc;
use std::time::Duration;

use super::Attributes;
use crate::api::auth::cache::{Key, ReviewCache};
use crate::api::auth::caller::Caller;
use crate::api::auth::review::{AccessReviewer, Decision, ReviewFailed};
use leveret_runtime::Clock;

/// How long a revoked permission may still be used: two periods of an autoscaler.
const ALLOWED_FOR: Duration = Duration::from_secs(30);

/// How long a new permission may still be denied.
const DENIED_FOR: Duration = Duration::from_secs(10);

/// The most decisions that are cached.
const DECISIONS_MAX: usize = 8192;

/// The paths that need no permission, because the kubelet sends its probes without credentials.
const PUBLIC: [&str; 3] = ["/livez", "/readyz", "/healthz"];

/// Decides by rule, from the cache or by review.
pub(in crate::api::auth) struct Authorizer {
    reviewer: Arc<dyn AccessReviewer>,
    decisions: ReviewCache<Decision>,
}

impl Authorizer {
    /// An authorizer with an empty cache.
    pub(in crate::api::auth) fn new(reviewer: Arc<dyn AccessReviewer>, clock: Clock) -> Self {
        Self { reviewer, decisions: ReviewCache::new(clock, DECISIONS_MAX, lifetime) }
    }

    /// Whether a caller may do something.
    pub(in crate::api::auth) async fn decide(
        &self,
        caller: &Caller,
        attributes: &Attributes,
    ) -> Result<Decision, ReviewFailed> {
        if caller.is_master() || is_public(attributes) {
            return Ok(Decision::Allowed);
        }
        let review = async { self.reviewer.review(caller, attributes).await };
        match key(caller, attributes) {
            Some(key) => self.decisions.get_or_review(key, review).await,
            None => review.await,
        }
    }
}

/// Whether a request needs no permission.
pub(in crate::api::auth) fn is_public(attributes: &Attributes) -> bool {
    matches!(attributes, Attributes::NonResource { path, .. } if PUBLIC.contains(&path.as_str()))
}

fn lifetime(decision: &Decision) -> Duration {
    match decision {
        Decision::Allowed => ALLOWED_FOR,
        Decision::Denied(_) => DENIED_FOR,
    }
}

/// A digest of the whole question, whose size does not depend on the number of the caller's groups.
fn key(caller: &Caller, attributes: &Attributes) -> Option<Key> {
    let question = serde_json::to_vec(&(caller, attributes)).ok()?;
    ring::digest::digest(&ring::digest::SHA256, &question).as_ref().try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use tokio::time::advance;

    use super::*;
    use crate::api::tests::reviewers::Reviewers;

    /// Checks that the first decision is used until `lifetime` has passed, although the permission has changed meanwhile.
    async fn check(denied_first: bool, lifetime: u64) {
        let reviewers = Arc::new(Reviewers::default());
        let clock = Clock::starting_at(jiff::Timestamp::UNIX_EPOCH);
        let authorizer = Authorizer::new(Arc::clone(&reviewers) as _, clock);
        let caller = Caller { name: "ann".to_owned(), ..Caller::default() };
        let path = Attributes::NonResource { verb: "get".to_owned(), path: "/version".to_owned() };
        let is_denied = async || {
            let decision = authorizer.decide(&caller, &path).await.expect("a decision");
            matches!(decision, Decision::Denied(_))
        };
        reviewers.deny.store(denied_first, Ordering::SeqCst);
        assert_eq!(is_denied().await, denied_first);
        reviewers.deny.store(!denied_first, Ordering::SeqCst);
        advance(Duration::from_millis(lifetime * 1000 - 1)).await;
        assert_eq!(is_denied().await, denied_first);
        advance(Duration::from_millis(1)).await;
        assert_eq!(is_denied().await, !denied_first);
        assert_eq!(reviewers.asked().len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_revoked_permission_is_used_for_thirty_seconds_at_most() {
        check(false, 30).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_permission_is_denied_for_ten_seconds_at_most() {
        check(true, 10).await;
    }
}
