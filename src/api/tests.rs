//! The server over the wire: real connections, real certificates, and reviewers that say what a test wants.

mod authentication;
mod authorization;
mod discovery;
mod drain;
mod kit;
mod limits;
mod loopback;
pub(super) mod pki;
mod probes;
mod reviewers;
mod rotation;
mod strangers;
mod values;
