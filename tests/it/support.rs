//! The real parts, started by a test and ended with it.

pub(crate) mod amqp;
pub(crate) mod amqp10;
pub(crate) mod broker;
pub(crate) mod control_plane;
pub(crate) mod dashboard;
pub(crate) mod install;
pub(crate) mod kubectl;
pub(crate) mod leveret;
pub(crate) mod mqtt;
pub(crate) mod node_agent;
pub(crate) mod parts;
pub(crate) mod prometheus;
pub(crate) mod replicas;
pub(crate) mod scene;
pub(crate) mod stomp;
pub(crate) mod wait;
pub(crate) mod workload;
