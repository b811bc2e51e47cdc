//! What Leveret measures about itself: its own series, its probes, its logs.
//!
//! What Leveret serves to HPAs is the [`leveret_core::catalog`]; only the gauges in `queue_gauges` show the same numbers here, so
//! that a dashboard can draw what an HPA was answered.

mod broker_gauges;
mod certificate;
#[cfg(test)]
mod documented;
mod instruments;
mod log_lines;
mod queue_gauges;

pub use instruments::Instruments;
pub use log_lines::LogLines;
pub use queue_gauges::Gauges;
