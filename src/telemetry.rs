//! What Leveret measures about itself: its own series, its probes, its logs.
//!
//! What Leveret serves to HPAs is the [`crate::catalog`]; only the gauges in `queue_gauges` show the same numbers here, so
//! that a dashboard can draw what an HPA was told.

mod admin;
#[cfg(test)]
mod documented;
mod instruments;
mod log;
mod queue_gauges;
mod readiness;

pub use admin::Admin;
pub use instruments::Instruments;
pub use log::init_log;
pub use queue_gauges::QueueGauges;
pub use readiness::{Latch, Readiness};
