//! Who asks? The front proxy's word, a client certificate, a bearer token, or nobody: in this order, the first success wins.
//!
//! Credentials that are shown and prove nothing are an error, never an anonymous caller.

mod auth_config;
mod client_ca;
mod client_cert;
mod front_proxy;
mod token;

pub use auth_config::AuthConfig;
pub use token::TokenReviewer;

pub(super) use token::bearer;

use std::sync::Arc;

use arc_swap::ArcSwap;
use http::HeaderMap;
use rustls::pki_types::{CertificateDer, UnixTime};

use super::caller::Caller;
use super::status::Status;
use token::Tokens;

/// The certificates that a client showed in the handshake, its own first; empty when it showed none. It has proved to hold
/// the first one's key, and nothing else.
pub(super) type PeerChain = [CertificateDer<'static>];

/// Why credentials prove nothing. For the log; the caller learns only that.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rejected(String);

/// Finds out who asks.
pub(super) struct Authenticator {
    config: Arc<ArcSwap<AuthConfig>>,
    tokens: Tokens,
}

impl Authenticator {
    /// An authenticator that trusts what the configuration says at each request.
    pub(super) fn new(config: Arc<ArcSwap<AuthConfig>>, reviewer: Arc<dyn TokenReviewer>) -> Self {
        Self { config, tokens: Tokens::new(reviewer) }
    }

    /// The configuration as it is now.
    pub(super) fn config(&self) -> Arc<AuthConfig> {
        self.config.load_full()
    }

    /// Who asks; none when nothing says so.
    pub(super) async fn authenticate(
        &self,
        peer: &PeerChain,
        headers: &HeaderMap,
        now: UnixTime,
    ) -> Result<Option<Caller>, Status> {
        let config = self.config();
        let mut rejections = Vec::new();
        let by_certificate = [
            config.front_proxy.as_ref().map(|proxy| front_proxy::authenticate(proxy, peer, headers, now)),
            config.client_ca.as_ref().map(|ca| client_cert::authenticate(ca, peer, now)),
        ];
        for outcome in by_certificate.into_iter().flatten() {
            match outcome {
                Ok(Some(caller)) => return Ok(Some(caller.authenticated())),
                Ok(None) => {}
                Err(rejected) => rejections.push(rejected),
            }
        }
        match self.tokens.authenticate(headers).await {
            Ok(Some(caller)) => return Ok(Some(caller.authenticated())),
            Ok(None) if rejections.is_empty() => return Ok(None),
            Ok(None) => {}
            Err(rejected) => rejections.push(rejected),
        }
        let reasons: Vec<_> = rejections.into_iter().map(|Rejected(why)| why).collect();
        tracing::debug!(reasons = reasons.join("; "), "credentials rejected");
        Err(Status::unauthorized())
    }
}
