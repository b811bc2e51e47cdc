//! What connections need from the server behind them.

use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use jiff::Timestamp;
use rustls::DistinguishedName;
use rustls::pki_types::CertificateDer;

use super::unauthenticated::AuthState;
use crate::api::wire::reply::Reply;

/// The certificates that a client presented in the handshake, its own first; empty if it presented none. The client has
/// proved that it holds the private key of the first one, and nothing else.
pub type PeerChain = [CertificateDer<'static>];

/// Answers the requests of all connections.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request, of which the body is not read, and marks its connection as authenticated if the request's
    /// credentials are valid.
    fn answer(&self, peer: &PeerChain, state: &AuthState, head: Parts) -> impl Future<Output = Reply> + Send;

    /// The subjects of the certificate authorities that may sign client certificates, as of now. `None` if client
    /// certificates are of no use. The same `Arc` is returned until the authorities change.
    fn authorities(&self) -> Option<Arc<[DistinguishedName]>>;
}

/// Counts and times what happens. All label values belong to closed sets.
pub trait Observer: Send + Sync {
    /// A request was answered. `route` names the kind of path, `code` is the HTTP status and `took` the time from reading
    /// the request's headers to its response.
    fn answered(&self, route: &'static str, code: u16, took: Duration);

    /// A TLS handshake failed or took too long.
    fn handshake_failed(&self);

    /// The serving certificate's files changed. Either the new pair is in use (`true`), or it is unusable and the old pair
    /// stays in use (`false`).
    fn certificate_reloaded(&self, usable: bool);

    /// The serving certificate that is in use from now on expires at this time; none if that cannot be told.
    fn certificate_expires(&self, at: Option<Timestamp>);
}
