//! The aggregated API server for `external.metrics.k8s.io/v1beta1`.
//!
//! ```text
//!  connection ──► TLS ──► who asks? ──► may they? ──► what is asked? ──► answer or Status
//!   listener      tls       authn         authz          route         values, discovery, …
//! ```
//!
//! The rules that hold here:
//!
//! * Nobody is believed because of a header alone, and nothing but the health probes is answered without authorization.
//!   What cannot be decided is refused.
//! * Whoever answers sees the path, the query and the accepted types; the headers that say who asks end at `authn`.
//! * Every failure is a `metav1.Status`, because its message is what an operator reads. None of them carries
//!   `Retry-After`: the HorizontalPodAutoscaler's client would sleep inside one of its few workers.
//! * Everything is bounded: connections, requests in flight, headers, streams, caches and every wait. Bodies are not read.
//!
//! The seams to the rest of the program are traits declared here: [`Answers`], [`Observer`], [`TokenReviewer`] and
//! [`AccessReviewer`], and the function [`health::HealthChecks`].

mod accept;
mod access;
mod app;
mod authn;
mod authz;
mod caller;
mod connection;
mod discovery;
mod document;
mod gate;
mod health;
mod hex;
mod limits;
mod listener;
mod observer;
mod openapi;
mod query;
mod reply;
mod route;
mod server;
mod status;
mod strangers;
mod timeout;
mod tls;
mod types;
mod values;
mod version;

#[cfg(test)]
mod tests;

pub use access::{Access, Delegation, LoopbackToken};
pub use authn::{AuthConfig, TokenReviewer};
pub use authz::{AccessReviewer, Attributes, Decision};
pub use caller::Caller;
pub use observer::Observer;
pub use server::{Server, Setup};
pub use tls::{SelfMade, ServingCertificate};
pub use values::Answers;

/// The API group that is served.
pub const GROUP: &str = "external.metrics.k8s.io";

/// The version of the API group that is served.
pub const VERSION: &str = "v1beta1";

/// The API server behind a review could not be asked, or did not answer.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct ReviewFailed(pub String);
