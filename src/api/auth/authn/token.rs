//! Bearer tokens, which the Kubernetes API server reviews. The outcome is cached.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use ring::hmac;
use ring::rand::SystemRandom;

use super::Rejected;
use crate::api::auth::cache::{Key, ReviewCache};
use crate::api::auth::caller::Caller;
use crate::api::auth::review::TokenReviewer;
use leveret_runtime::Clock;
use leveret_runtime::secret::Secret;

/// How long the outcome of a review is kept, for valid and invalid tokens alike.
const REVIEWED_FOR: Duration = Duration::from_secs(10);

/// The most tokens whose review is cached.
const TOKENS_MAX: usize = 8192;

/// Authenticates bearer tokens.
pub(super) struct Tokens {
    reviewer: Arc<dyn TokenReviewer>,
    /// By a keyed digest, so that no token stays in memory.
    reviewed: ReviewCache<Option<Arc<Caller>>>,
    /// Random per process.
    digest_key: Option<hmac::Key>,
}

impl Tokens {
    pub(super) fn new(reviewer: Arc<dyn TokenReviewer>, clock: Clock) -> Self {
        // Without random numbers every token is reviewed at every request.
        let digest_key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).ok();
        Self { reviewer, reviewed: ReviewCache::new(clock, TOKENS_MAX, |_| REVIEWED_FOR), digest_key }
    }

    /// The user of a token whose review is cached; `None` if it must be reviewed.
    pub(super) fn known(&self, token: &Secret) -> Option<Result<Caller, Rejected>> {
        self.reviewed.kept(&self.digest(token)?).map(user)
    }

    /// The user of a token, which is reviewed.
    pub(super) async fn review(&self, token: &Secret) -> Result<Caller, Rejected> {
        let review = async { self.reviewer.review(token).await.map(|caller| caller.map(Arc::new)) };
        let reviewed = match self.digest(token) {
            Some(digest) => self.reviewed.get_or_review(digest, review).await,
            None => review.await,
        };
        reviewed
            .map_err(|error| {
                tracing::warn!(%error, "token review failed; the request is refused");
                Rejected(format!("bearer token: {error}"))
            })
            .and_then(user)
    }

    fn digest(&self, token: &Secret) -> Option<Key> {
        let tag = hmac::sign(self.digest_key.as_ref()?, token.expose().as_bytes());
        tag.as_ref().try_into().ok()
    }
}

/// The user whom a review found, if it did.
fn user(reviewed: Option<Arc<Caller>>) -> Result<Caller, Rejected> {
    let caller = reviewed.ok_or_else(|| Rejected("bearer token: it is not valid".to_owned()))?;
    Ok(Caller::clone(&caller))
}

/// The token of an `Authorization: Bearer` header.
pub fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let (scheme, rest) = headers.get(AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    let token = rest.split(' ').next().unwrap_or_default();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| Secret::new(token))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use tokio::time::advance;

    use super::*;
    use crate::api::tests::reviewers::{Reviewers, TOKEN};

    #[tokio::test(start_paused = true)]
    async fn a_token_is_reviewed_again_after_ten_seconds() {
        let reviewers = Arc::new(Reviewers::default());
        let tokens = Tokens::new(Arc::clone(&reviewers) as _, Clock::starting_at(jiff::Timestamp::UNIX_EPOCH));
        for (count, token, valid) in [(1, TOKEN, true), (3, "expired", false)] {
            let secret = Secret::new(token);
            let check = async |reviews: usize| {
                let user = match tokens.known(&secret) {
                    Some(known) => known,
                    None => tokens.review(&secret).await,
                };
                assert_eq!(user.is_ok(), valid);
                assert_eq!(reviewers.tokens_asked.load(Ordering::SeqCst), reviews, "{token}");
            };
            check(count).await;
            advance(REVIEWED_FOR.saturating_sub(Duration::from_millis(1))).await;
            check(count).await;
            advance(Duration::from_millis(1)).await;
            check(count + 1).await;
        }
    }
}
