//! Lets a request in, or says why not.

use std::sync::Arc;

use http::HeaderMap;
use rustls::pki_types::UnixTime;

use super::access::{Access, LoopbackToken};
use super::authn::{AuthConfig, Authenticator, PeerChain, bearer};
use super::authz::{Attributes, Authorizer, Decision, is_open};
use super::caller::Caller;
use super::status::Status;
use super::strangers::Standing;

/// What every request must pass.
pub(super) enum Gate {
    /// Decided by the cluster.
    Delegated {
        /// Who asks.
        authenticator: Box<Authenticator>,
        /// May they.
        authorizer: Box<Authorizer>,
    },
    /// Decided by a token.
    Loopback(LoopbackToken),
}

impl Gate {
    /// The gate for this kind of access.
    pub(super) fn new(access: Access) -> Self {
        match access {
            Access::Delegated(delegation) => Self::Delegated {
                authenticator: Box::new(Authenticator::new(delegation.auth_config, delegation.tokens)),
                authorizer: Box::new(Authorizer::new(delegation.access)),
            },
            Access::Loopback(token) => Self::Loopback(token),
        }
    }

    /// Whose client certificates are of use, as of now; none when nobody's ever are.
    pub(super) fn auth_config(&self) -> Option<Arc<AuthConfig>> {
        match self {
            Self::Delegated { authenticator, .. } => Some(authenticator.config()),
            Self::Loopback(_) => None,
        }
    }

    /// Lets a request in, and notes on its connection's standing whether it shows who asks: who may not ask is known, too.
    pub(super) async fn admit(
        &self,
        peer: &PeerChain,
        standing: &Standing,
        headers: &HeaderMap,
        attributes: &Attributes,
        now: UnixTime,
    ) -> Result<(), Status> {
        let (authenticator, authorizer) = match self {
            Self::Loopback(_) if is_open(attributes) => return Ok(()),
            Self::Loopback(token) => {
                let shown = bearer(headers).is_some_and(|shown| token.is(&shown));
                if !shown {
                    return Err(Status::unauthorized());
                }
                standing.show();
                return Ok(());
            }
            Self::Delegated { authenticator, authorizer } => (authenticator, authorizer),
        };
        let caller = match authenticator.authenticate(peer, headers, now).await? {
            Some(caller) => {
                standing.show();
                caller
            }
            None => Caller::anonymous(),
        };
        // The Kubernetes API server acts on these headers before it passes a request on. Here they are a direct caller's
        // wish to be somebody else, and answering them as themselves would be the wrong answer.
        if headers.keys().any(|name| name.as_str().starts_with("impersonate-")) {
            return Err(Status::impersonation());
        }
        match authorizer.decide(&caller, attributes).await {
            Ok(Decision::Allowed) => Ok(()),
            Ok(Decision::Denied(why)) => Err(Status::forbidden(&caller, attributes, &why)),
            Err(error) => {
                tracing::warn!(%error, user = caller.name, "cannot review access; the request is refused");
                Err(Status::authorization_failed(&error))
            }
        }
    }
}
