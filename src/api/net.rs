//! Connections: accepting them, TLS, HTTP, and how many there may be for how long.

pub mod connection;
mod direct;
pub mod handler;
pub mod limits;
pub mod listener;
pub mod tls;
pub mod unauthenticated;
