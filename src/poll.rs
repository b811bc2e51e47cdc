//! One loop per broker: wait, read, advance the snapshot, publish it.

mod demand;

pub use demand::{Demand, Wanted};
