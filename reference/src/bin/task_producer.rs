//! `task-producer`: puts tasks into the queue.

use std::process::ExitCode;

use clap::Parser;
use leveret_reference::amqp::AmqpArgs;
use leveret_reference::producer::{Producer, ProducerArgs};
use leveret_reference::program::{self, ProgramArgs};

/// Puts tasks into a RabbitMQ queue: one every few seconds, and bursts on request
#[derive(Parser)]
#[command(name = "task-producer", version)]
struct Cli {
    #[command(flatten)]
    amqp: AmqpArgs,
    #[command(flatten)]
    producer: ProducerArgs,
    #[command(flatten)]
    program: ProgramArgs,
}

fn main() -> ExitCode {
    let Cli { amqp, producer, program } = Cli::parse();
    program::main(&program, |stop| {
        let (producer, pages) = Producer::new(&amqp, producer, stop)?;
        Ok((pages, producer.run(stop.clone())))
    })
}
