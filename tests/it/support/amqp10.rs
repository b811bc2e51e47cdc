//! Clients of AMQP 1.0: Apache Qpid Proton under a script.

use std::path::Path;

use super::broker::{Broker, Version};
use super::parts;
use leveret_harness::{GuardedCommand, Process};

/// What a client does with its queues.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Does {
    /// It publishes five messages a second into each.
    Publish,
    /// It takes and accepts what is there.
    Consume,
}

/// Starts a client of queues that exist.
#[track_caller]
pub(crate) fn start(broker: &Broker, version: Version, folder: &Path, does: Does, queues: &[&str]) -> Process {
    let what = match does {
        Does::Publish => "publish",
        Does::Consume => "consume",
    };
    let prefix = match version {
        Version::V3_10 => "/amq/queue/",
        Version::V4_0 => "/queues/",
    };
    let mut command = GuardedCommand::new(parts::repository("tests/clients/amqp10.py"));
    let server = broker.amqp_url().replace("amqp://", "");
    command.args([&server, broker.administrator().0, &broker.administrator_file("password"), what]);
    command.args(queues.iter().map(|queue| format!("{prefix}{queue}")));
    Process::start(&format!("amqp10-{what}"), folder, command).expect("the client can be started")
}
