//! The aggregated API server for `external.metrics.k8s.io/v1beta1`.
//!
//! ```text
//!  connection ──► TLS ──► who sent it? ──► may they? ──► which path? ──► answer or Status
//!  net/listener   net/tls    auth/authn     auth/authz      route         resources/
//! ```
//!
//! [`wire`] holds the Kubernetes conventions that the other rooms share. Imports run downwards: `server`, `app`, `route`,
//! `resources` and `auth`, `net`, `wire`.
//!
//! The rules:
//!
//! * A header alone authenticates no caller, and only the health probes are answered without authorization. What cannot be
//!   decided is refused.
//! * Resources see the path, the query and the headers of content negotiation. Identity headers end at `auth::authn`.
//! * Every failure is a `metav1.Status`, because its message is what an operator reads. A Status never comes with
//!   `Retry-After`: the HorizontalPodAutoscaler's client would sleep inside one of its few workers.
//! * Everything is bounded: connections, requests in flight, headers, streams, caches and every wait. Request bodies are not
//!   read.
//!
//! The program provides the traits [`Answers`], [`Observer`], [`TokenReviewer`] and [`AccessReviewer`], and the function
//! [`Setup::health`]. To serve another API group, add a row to the table in `server` and a file to `resources`.

mod app;
mod auth;
mod net;
mod resources;
mod route;
mod server;
mod wire;

#[cfg(test)]
mod tests;

pub use auth::authn::AuthConfig;
pub use auth::authz::Attributes;
pub use auth::caller::Caller;
pub use auth::gate::Gate;
pub use auth::loopback::LoopbackToken;
pub use auth::review::{AccessReviewer, Decision, ReviewFailed, TokenReviewer};
pub use net::handler::Observer;
pub use net::tls::ServingCertificate;
pub use resources::values::Answers;
#[cfg(test)]
pub use resources::values::EXTERNAL_METRICS;
pub use server::{Server, Setup};
