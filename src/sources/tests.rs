//! Reading over real sockets, from brokers that answer as real ones did, or misbehave.
#![allow(clippy::disallowed_methods, reason = "tests write the files that the program reads")]

pub(crate) mod fake;
mod faults;
mod fill;
pub(crate) mod fixtures;
mod kept;
mod management;
mod prometheus;
mod protocols;
pub(crate) mod setup;
mod tls;
mod totals;
