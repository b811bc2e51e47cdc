//! Decisions, remembered. Without it every reading of every autoscaler would cost the Kubernetes API server a review.

use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::future::Cache;

use super::{AccessReviewer, Attributes, Decision};
use crate::api::ReviewFailed;
use crate::api::caller::Caller;
use crate::api::limits::REVIEWS_MAX;

/// A permission that is taken away may still be used for this long: two periods of an autoscaler.
const ALLOWED_FOR: Duration = Duration::from_secs(30);

/// A permission that is given takes effect after this long at the latest.
const DENIED_FOR: Duration = Duration::from_secs(10);

/// The paths that anybody may read, because the kubelet's probes say nothing about who they are.
const OPEN: [&str; 3] = ["/livez", "/readyz", "/healthz"];

/// Decides, by rule, from memory or by review. Equal questions at the same time are asked once; failures are not kept.
pub(in crate::api) struct Authorizer {
    reviewer: Arc<dyn AccessReviewer>,
    decisions: Cache<[u8; 32], Decision>,
}

struct Remembered;

impl Authorizer {
    /// An authorizer that remembers nothing yet.
    pub(in crate::api) fn new(reviewer: Arc<dyn AccessReviewer>) -> Self {
        let decisions = Cache::builder().max_capacity(REVIEWS_MAX).expire_after(Remembered).build();
        Self { reviewer, decisions }
    }

    /// Whether somebody may do something.
    pub(in crate::api) async fn decide(
        &self,
        caller: &Caller,
        attributes: &Attributes,
    ) -> Result<Decision, Arc<ReviewFailed>> {
        if caller.is_master() || is_open(attributes) {
            return Ok(Decision::Allowed);
        }
        let Some(key) = key(caller, attributes) else {
            return self.reviewer.review(caller, attributes).await.map_err(Arc::new);
        };
        self.decisions.try_get_with(key, self.reviewer.review(caller, attributes)).await
    }
}

/// Whether anybody may.
pub(in crate::api) fn is_open(attributes: &Attributes) -> bool {
    matches!(attributes, Attributes::NonResource { path, .. } if OPEN.contains(&path.as_str()))
}

/// The whole question, in a size that does not depend on how many groups somebody is in.
fn key(caller: &Caller, attributes: &Attributes) -> Option<[u8; 32]> {
    let question = serde_json::to_vec(&(caller, attributes)).ok()?;
    ring::digest::digest(&ring::digest::SHA256, &question).as_ref().try_into().ok()
}

impl Expiry<[u8; 32], Decision> for Remembered {
    fn expire_after_create(&self, _: &[u8; 32], decision: &Decision, _: Instant) -> Option<Duration> {
        Some(match decision {
            Decision::Allowed => ALLOWED_FOR,
            Decision::Denied(_) => DENIED_FOR,
        })
    }
}
