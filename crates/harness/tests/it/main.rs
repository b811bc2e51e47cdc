//! The private broker against a real RabbitMQ.
#![allow(clippy::disallowed_methods, reason = "tests wait by the clock and start processes")]

mod cluster;
mod lifecycle;
mod owner;
mod process;
mod rooted;
