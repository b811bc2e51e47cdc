//! Reading over real sockets, from brokers that answer what real ones did, or misbehave.
#![allow(clippy::disallowed_methods, reason = "tests write the files that the program reads")]

mod fake;
mod faults;
mod fill;
pub(super) mod fixtures;
mod management;
mod prometheus;
mod setup;
mod tls;
