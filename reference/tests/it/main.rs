//! The two programs against a real broker.
#![allow(clippy::disallowed_methods, reason = "tests wait by the clock and start processes")]

mod malformed;
mod once;
mod outage;
mod producing;
mod shutdown;
mod support;
mod tls;
mod urls;
