//! The server over the wire, with real connections, real certificates and fake reviewers.

mod authentication;
mod authorization;
mod discovery;
mod drain;
pub(super) mod groups;
mod kit;
mod limits;
mod loopback;
mod probes;
pub(super) mod reviewers;
mod rotation;
mod unauthenticated;
mod values;
