//! The queue, declared by producer and consumer with the same arguments, because either may come first.

use clap::ValueEnum;
use lapin::Channel;
use lapin::options::QueueDeclareOptions;
use lapin::types::{AMQPValue, FieldTable, LongString};

/// How the broker keeps the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum QueueType {
    /// On one node.
    #[default]
    Classic,
    /// Replicated over several nodes.
    Quorum,
}

/// The work queue and, beside it, the queue of what could not be worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// The name of the work queue.
    pub name: String,
    /// The type of both.
    pub queue_type: QueueType,
}

impl Queue {
    /// The name of the dead-letter queue.
    pub fn dead_letter_name(&self) -> String {
        format!("{}.dead", self.name)
    }

    /// Declares the work queue.
    pub async fn declare(&self, channel: &Channel) -> lapin::Result<()> {
        self.declare_as(channel, &self.name).await
    }

    /// Declares the dead-letter queue.
    pub async fn declare_dead_letter(&self, channel: &Channel) -> lapin::Result<()> {
        self.declare_as(channel, &self.dead_letter_name()).await
    }

    async fn declare_as(&self, channel: &Channel, name: &str) -> lapin::Result<()> {
        let mut arguments = FieldTable::default();
        // A classic queue is declared without arguments, as most clients do, so that theirs and ours agree.
        if self.queue_type == QueueType::Quorum {
            arguments.insert("x-queue-type".into(), AMQPValue::LongString(LongString::from("quorum")));
        }
        channel.queue_declare(name.into(), QueueDeclareOptions::durable(), arguments).await.map(drop)
    }
}
