//! Tasks that the broker has not confirmed. They stay here over failures and connections until it has.

use std::collections::VecDeque;
use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use anyhow::Context as _;
use lapin::options::BasicPublishOptions;
use lapin::{BasicProperties, Channel, Confirmation, PublisherConfirm};
use leveret_runtime::Clock;

use super::Instruments;
use crate::task::{Data, Task};

/// How many tasks are on their way at once. Enough to hide the way to the broker and back; small enough to be sent again.
pub(super) const BATCH: u64 = 256;

/// How long the broker may take to confirm a batch. A broker whose memory or disk alarm blocks publishers confirms
/// nothing; the batch is then sent again over a new connection.
const CONFIRM_WITHIN: Duration = Duration::from_secs(30);

/// AMQP's delivery mode of a message that survives a restart of the broker.
const PERSISTENT: u8 = 2;

/// Tasks in the order in which they were made.
#[derive(Debug)]
pub(super) struct Outbox {
    /// Names this run of the producer, so that the tasks of two runs differ.
    run: String,
    made: u64,
    unconfirmed: VecDeque<Task>,
    clock: Clock,
}

impl Outbox {
    pub(super) fn new(clock: Clock) -> Self {
        // The hasher's random keys make a run's name; two runs in one second get different ones.
        Self { run: format!("{:016x}", RandomState::new().hash_one(())), made: 0, unconfirmed: VecDeque::new(), clock }
    }

    pub(super) fn len(&self) -> usize {
        self.unconfirmed.len()
    }

    /// Makes `count` new tasks.
    pub(super) fn fill(&mut self, count: u64) {
        for _ in 0..count {
            self.made += 1;
            self.unconfirmed.push_back(Task {
                task_id: format!("{}-{}", self.run, self.made),
                kind: "task".into(),
                timestamp: self.clock.now().wall(),
                data: Data { value: self.made.into() },
            });
        }
    }

    /// Publishes every task and waits for every confirm; what was refused, returned or not answered stays, and is an
    /// error. A task whose confirm was lost is published twice: consumers know it by its `task_id`.
    pub(super) async fn deliver(
        &mut self,
        channel: &Channel,
        queue: &str,
        instruments: &Instruments,
    ) -> anyhow::Result<()> {
        if self.unconfirmed.is_empty() {
            return Ok(());
        }
        let delivery = self.try_deliver(channel, queue, instruments);
        let outcome = tokio::time::timeout(CONFIRM_WITHIN, delivery).await;
        outcome
            .with_context(|| format!("`{queue}`: not all was confirmed within {CONFIRM_WITHIN:?}"))?
            .with_context(|| format!("cannot publish to the queue `{queue}`"))
    }

    async fn try_deliver(&mut self, channel: &Channel, queue: &str, instruments: &Instruments) -> anyhow::Result<()> {
        let mut confirms = Vec::with_capacity(self.unconfirmed.len());
        for task in &self.unconfirmed {
            confirms.push(publish(channel, queue, task).await?);
        }
        let mut refusal = None;
        for confirm in confirms {
            let outcome = outcome(confirm.await);
            // The oldest task is the one this confirm was about, and leaves only now: this may be given up while waiting.
            let task = self.unconfirmed.pop_front().context("there are as many tasks as confirms")?;
            match outcome {
                Ok(()) => instruments.published.inc(),
                Err(error) => {
                    instruments.confirm_failures.inc();
                    self.unconfirmed.push_back(task);
                    refusal = Some(error);
                }
            }
        }
        refusal.map_or(Ok(()), Err)
    }
}

async fn publish(channel: &Channel, queue: &str, task: &Task) -> lapin::Result<PublisherConfirm> {
    let properties = BasicProperties::default()
        .with_content_type("application/json".into())
        .with_delivery_mode(PERSISTENT)
        .with_message_id(task.task_id.as_str().into())
        .with_timestamp(u64::try_from(task.timestamp.as_second()).unwrap_or_default())
        .with_type(task.kind.as_str().into());
    // Mandatory: without a queue (it was deleted) the broker would drop the message and confirm that.
    let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
    channel.basic_publish("".into(), queue.into(), options, &task.to_json(), properties).await
}

fn outcome(confirmation: lapin::Result<Confirmation>) -> anyhow::Result<()> {
    match confirmation? {
        Confirmation::Ack(None) => Ok(()),
        Confirmation::Ack(Some(returned)) | Confirmation::Nack(Some(returned)) => {
            anyhow::bail!("a task came back: {} {}", returned.reply_code, returned.reply_text)
        }
        Confirmation::Nack(None) => anyhow::bail!("the broker refused a task (nack)"),
        Confirmation::NotRequested => anyhow::bail!("the channel has no publisher confirms"),
    }
}
