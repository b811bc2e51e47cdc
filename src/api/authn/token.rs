//! Bearer tokens, which the Kubernetes API server looks at; what it says is remembered for ten seconds.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use moka::future::Cache;
use ring::hmac;
use ring::rand::SystemRandom;

use super::Rejected;
use crate::api::ReviewFailed;
use crate::api::caller::Caller;
use crate::api::limits::REVIEWS_MAX;
use leveret_runtime::secret::Secret;

/// How long a token is taken for what it was: success and failure alike.
const REMEMBERED: Duration = Duration::from_secs(10);

/// Asks the Kubernetes API server whose token this is: a `TokenReview`.
pub trait TokenReviewer: Send + Sync {
    /// The token's user; none when it is nobody's. Bounds its own time.
    fn review<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<Option<Caller>, ReviewFailed>>;
}

/// Tokens and whose they are. Equal tokens at the same time are asked about once; failures to ask are not kept.
pub(super) struct Tokens {
    reviewer: Arc<dyn TokenReviewer>,
    /// By a digest that is keyed with a number nobody knows, so that no token lies in memory and none can be guessed.
    known: Cache<[u8; 32], Option<Arc<Caller>>>,
    key: Option<hmac::Key>,
}

impl Tokens {
    pub(super) fn new(reviewer: Arc<dyn TokenReviewer>) -> Self {
        let known = Cache::builder().max_capacity(REVIEWS_MAX).time_to_live(REMEMBERED).build();
        // Without randomness nothing is remembered and every token is asked about.
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).ok();
        Self { reviewer, known, key }
    }

    /// The user of the request's bearer token; none when it carries none.
    pub(super) async fn authenticate(&self, headers: &HeaderMap) -> Result<Option<Caller>, Rejected> {
        let Some(token) = bearer(headers) else { return Ok(None) };
        let review = async { self.reviewer.review(&token).await.map(|caller| caller.map(Arc::new)) };
        let reviewed = match self.digest(&token) {
            Some(digest) => self.known.try_get_with(digest, review).await,
            None => review.await.map_err(Arc::new),
        };
        match reviewed {
            Ok(Some(caller)) => Ok(Some(Caller::clone(&caller))),
            Ok(None) => Err(Rejected("bearer token: it is nobody's".to_owned())),
            Err(error) => {
                tracing::warn!(%error, "cannot review a bearer token; its bearer is refused");
                Err(Rejected(format!("bearer token: {error}")))
            }
        }
    }

    fn digest(&self, token: &Secret) -> Option<[u8; 32]> {
        let tag = hmac::sign(self.key.as_ref()?, token.expose().as_bytes());
        tag.as_ref().try_into().ok()
    }
}

/// The token of an `Authorization: Bearer` header.
pub(in crate::api) fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let (scheme, rest) = headers.get(AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    let token = rest.split(' ').next().unwrap_or_default();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| Secret::new(token))
}
