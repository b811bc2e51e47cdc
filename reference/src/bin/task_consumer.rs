//! `task-consumer`: processes the tasks of the queue.

use std::process::ExitCode;

use clap::Parser;
use leveret_reference::amqp::AmqpArgs;
use leveret_reference::consumer::{Consumer, ConsumerArgs};
use leveret_reference::program::{self, ProgramArgs};

/// Processes the tasks of a RabbitMQ queue, one at a time, each once
#[derive(Parser)]
#[command(name = "task-consumer", version)]
struct Cli {
    #[command(flatten)]
    amqp: AmqpArgs,
    #[command(flatten)]
    consumer: ConsumerArgs,
    #[command(flatten)]
    program: ProgramArgs,
}

fn main() -> ExitCode {
    let Cli { amqp, consumer, program } = Cli::parse();
    program::main(&program, |stop| {
        let (consumer, pages) = Consumer::new(&amqp, consumer, stop)?;
        Ok((pages, consumer.run(stop.clone())))
    })
}
