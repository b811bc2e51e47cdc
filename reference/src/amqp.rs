//! The way to the broker: where it is, who we are, and the queue that both programs declare alike.

mod endpoint;
mod login;
mod queue;

use std::path::PathBuf;

use clap::Args;

pub use endpoint::Endpoint;
pub use login::LoginSource;
pub use queue::{Queue, QueueType};

/// Flags of both programs about the broker and the queue.
#[derive(Args, Debug)]
pub struct AmqpArgs {
    /// The broker, `amqp://HOST:PORT/VHOST` or `amqps://…`, without user and password
    #[arg(long, value_name = "URL", default_value = "amqp://127.0.0.1:5672")]
    pub amqp_url: String,
    /// The virtual host; overrides the one of the URL [default: /]
    #[arg(long)]
    pub vhost: Option<String>,
    /// A file with the user's name [default: the variable `AMQP_USERNAME`]
    #[arg(long, value_name = "PATH")]
    pub username_file: Option<PathBuf>,
    /// A file with the password [default: the variable `AMQP_PASSWORD`]
    #[arg(long, value_name = "PATH")]
    pub password_file: Option<PathBuf>,
    /// The certificates (PEM) that `amqps` trusts [default: the system's]
    #[arg(long, value_name = "PATH")]
    pub ca_file: Option<PathBuf>,
    /// The queue, declared durable by both programs
    #[arg(long, default_value = "task_queue")]
    pub queue: String,
    /// The type of the queue
    #[arg(long, value_enum, default_value_t)]
    pub queue_type: QueueType,
}

impl AmqpArgs {
    /// The queue as the flags have it.
    pub fn queue(&self) -> Queue {
        Queue { name: self.queue.clone(), queue_type: self.queue_type }
    }
}
