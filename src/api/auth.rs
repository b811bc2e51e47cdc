//! Who sent a request, and whether they may do what it asks.

pub mod authn;
pub mod authz;
mod cache;
pub mod caller;
pub mod gate;
pub mod loopback;
mod places;
pub mod review;
