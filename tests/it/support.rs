//! The real parts, started by a test and ended with it.

pub(crate) mod certificates;
pub(crate) mod control_plane;
pub(crate) mod dashboard;
pub(crate) mod kubectl;
pub(crate) mod node_agent;
pub(crate) mod parts;
pub(crate) mod process;
pub(crate) mod wait;
