//! Authentication: by the front proxy's headers, a client certificate or a bearer token, the first success in this order.
//!
//! Invalid credentials are an error; only a request without credentials is anonymous.

mod auth_config;
mod client_ca;
mod client_cert;
mod front_proxy;
mod token;

pub use auth_config::AuthConfig;
pub use token::bearer;

use std::sync::Arc;

use arc_swap::ArcSwap;
use http::HeaderMap;
use rustls::DistinguishedName;
use rustls::pki_types::UnixTime;

use super::caller::Caller;
use super::places::Places;
use super::review::TokenReviewer;
use crate::api::net::handler::PeerChain;
use crate::api::wire::status::Status;
use leveret_runtime::Clock;
use token::Tokens;

/// Why credentials are invalid. For the log; the caller only learns that they are.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rejected(String);

/// Who sends a request, and how that is known.
pub(super) enum Identity {
    /// The front proxy says so.
    PassedOn(Caller),
    /// The caller has shown credentials of its own.
    Direct(Caller),
    /// The request carries no credentials.
    Unknown,
}

/// Authenticates callers.
pub(super) struct Authenticator {
    config: Arc<ArcSwap<AuthConfig>>,
    tokens: Tokens,
}

impl Authenticator {
    /// An authenticator that uses the configuration as it is at each request.
    pub(super) fn new(config: Arc<ArcSwap<AuthConfig>>, reviewer: Arc<dyn TokenReviewer>, clock: Clock) -> Self {
        Self { config, tokens: Tokens::new(reviewer, clock) }
    }

    /// The subjects of the certificate authorities, as of now.
    pub(super) fn authorities(&self) -> Arc<[DistinguishedName]> {
        self.config.load().subjects()
    }

    /// The caller. A request whose token must be reviewed has one of the places
    /// of unauthenticated callers meanwhile.
    pub(super) async fn authenticate(
        &self,
        peer: &PeerChain,
        headers: &HeaderMap,
        now: UnixTime,
        places: &Places,
    ) -> Result<Identity, Status> {
        let config = self.config.load_full();
        let mut rejections = Vec::new();
        if let Some(proxy) = &config.front_proxy {
            match front_proxy::authenticate(proxy, peer, headers, now) {
                Ok(Some(caller)) => return Ok(Identity::PassedOn(caller.authenticated())),
                Ok(None) => {}
                Err(rejected) => rejections.push(rejected),
            }
        }
        if let Some(ca) = &config.client_ca {
            match client_cert::authenticate(ca, peer, now) {
                Ok(Some(caller)) => return Ok(Identity::Direct(caller.authenticated())),
                Ok(None) => {}
                Err(rejected) => rejections.push(rejected),
            }
        }
        if let Some(token) = bearer(headers) {
            let reviewed = if let Some(known) = self.tokens.known(&token) {
                known
            } else {
                let _place = places.unauthenticated()?;
                self.tokens.review(&token).await
            };
            match reviewed {
                Ok(caller) => return Ok(Identity::Direct(caller.authenticated())),
                Err(rejected) => rejections.push(rejected),
            }
        }
        if rejections.is_empty() {
            return Ok(Identity::Unknown);
        }
        let reasons: Vec<_> = rejections.into_iter().map(|Rejected(why)| why).collect();
        tracing::debug!(reasons = reasons.join("; "), "credentials rejected");
        Err(Status::unauthorized())
    }
}
