//! Authenticates and authorizes every request.

use std::sync::Arc;

use arc_swap::ArcSwap;
use http::HeaderMap;
use rustls::DistinguishedName;
use rustls::pki_types::UnixTime;

use super::authn::{AuthConfig, Authenticator, Identity, bearer};
use super::authz::{Attributes, Authorizer, is_public};
use super::caller::Caller;
use super::loopback::LoopbackToken;
use super::places::{Place, Places};
use super::review::{AccessReviewer, Decision, TokenReviewer};
use crate::api::net::handler::PeerChain;
use crate::api::net::unauthenticated::AuthState;
use crate::api::wire::status::Status;
use leveret_runtime::Clock;

/// What every request must pass. Every way in requires authentication.
pub struct Gate {
    kind: Kind,
    places: Places,
}

enum Kind {
    /// The Kubernetes API server authenticates and authorizes callers.
    Delegated { authenticator: Box<Authenticator>, authorizer: Box<Authorizer> },
    /// The bearer of the token may do everything.
    Loopback(LoopbackToken),
}

impl Gate {
    /// Admits callers that the cluster authenticates and authorizes. The authentication configuration may be replaced while
    /// the server runs.
    pub fn delegated(
        auth_config: Arc<ArcSwap<AuthConfig>>,
        tokens: Arc<dyn TokenReviewer>,
        access: Arc<dyn AccessReviewer>,
        clock: Clock,
    ) -> Self {
        let kind = Kind::Delegated {
            authenticator: Box::new(Authenticator::new(auth_config, tokens, clock)),
            authorizer: Box::new(Authorizer::new(access, clock)),
        };
        Self { kind, places: Places::new() }
    }

    /// Admits the bearers of a token. Only for a server on a loopback address.
    pub fn loopback(token: LoopbackToken) -> Self {
        Self { kind: Kind::Loopback(token), places: Places::new() }
    }

    /// Whether the server must not be reachable from other machines.
    pub fn is_loopback_only(&self) -> bool {
        matches!(self.kind, Kind::Loopback(_))
    }

    /// The authorities that may sign client certificates, as of now. `None` if client certificates are of no use.
    pub fn authorities(&self) -> Option<Arc<[DistinguishedName]>> {
        match &self.kind {
            Kind::Delegated { authenticator, .. } => Some(authenticator.authorities()),
            Kind::Loopback(_) => None,
        }
    }

    /// Authenticates and authorizes a request, and marks its connection as authenticated even if authorization fails.
    /// Returns the place that the request has until it is answered. Probes have none, because restarting an overloaded
    /// server would not help.
    pub async fn admit(
        &self,
        peer: &PeerChain,
        state: &AuthState,
        headers: &HeaderMap,
        attributes: &Attributes,
        now: UnixTime,
    ) -> Result<Option<Place<'_>>, Status> {
        let (authenticator, authorizer) = match &self.kind {
            Kind::Loopback(_) if is_public(attributes) => return Ok(None),
            Kind::Loopback(token) => {
                if !bearer(headers).is_some_and(|presented| token.matches(&presented)) {
                    return Err(Status::unauthorized());
                }
                state.mark_authenticated();
                return self.places.authenticated().map(Some);
            }
            Kind::Delegated { authenticator, authorizer } => (authenticator, authorizer),
        };
        let caller = match authenticator.authenticate(peer, headers, now, &self.places).await? {
            Identity::PassedOn(caller) => {
                state.mark_authenticated();
                Some(caller)
            }
            Identity::Direct(caller) => {
                state.mark_direct(&caller.name);
                Some(caller)
            }
            Identity::Unknown => None,
        };
        let place = match &caller {
            _ if is_public(attributes) => None,
            Some(_) => Some(self.places.authenticated()?),
            None => Some(self.places.unauthenticated()?),
        };
        let caller = caller.unwrap_or_else(Caller::anonymous);
        // The Kubernetes API server acts on these headers before it passes a request on. Here they come from a direct caller,
        // and ignoring them would answer as the wrong user.
        if headers.keys().any(|name| name.as_str().starts_with("impersonate-")) {
            return Err(Status::forbidden(
                "impersonation is not supported here; send the request through the Kubernetes API server, which handles \
                 `Impersonate-` headers",
            ));
        }
        match authorizer.decide(&caller, attributes).await {
            Ok(Decision::Allowed) => Ok(place),
            Ok(Decision::Denied(why)) => Err(attributes.denied(&caller, &why)),
            Err(error) => {
                tracing::warn!(%error, user = caller.name, "access review failed; the request is refused");
                Err(Status::internal_error(format!(
                    "cannot determine whether this is allowed: {error}; the request is refused until the Kubernetes API \
                     server answers subject access reviews"
                )))
            }
        }
    }
}
