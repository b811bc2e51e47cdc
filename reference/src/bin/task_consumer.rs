//! `task-consumer`: works the tasks of the queue off.

use std::process::ExitCode;

use clap::Parser;
use leveret_reference::amqp::AmqpArgs;
use leveret_reference::consumer::{Consumer, ConsumerArgs};
use leveret_reference::program::{self, ProgramArgs};

/// Works off the tasks of a RabbitMQ queue, one at a time, each once
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
    program::main(&program, || {
        let (consumer, router) = Consumer::new(&amqp, consumer)?;
        Ok((router, |stopping| consumer.run(stopping)))
    })
}
