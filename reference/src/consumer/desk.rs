//! What is done with one message.

use std::time::Duration;

use anyhow::Context as _;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicPublishOptions};
use lapin::types::{AMQPValue, LongString};
use lapin::{Channel, Confirmation};

use super::Instruments;
use crate::ledger::Ledger;
use crate::task::{Malformed, Task};

/// Where messages are worked on, one at a time.
#[derive(Debug)]
pub(super) struct Desk {
    ledger: Ledger,
    work: Duration,
    dead_letter_queue: String,
    instruments: Instruments,
}

impl Desk {
    pub(super) fn new(ledger: Ledger, work: Duration, dead_letter_queue: String, instruments: Instruments) -> Self {
        Self { ledger, work, dead_letter_queue, instruments }
    }

    /// Handles one message to its end, which is always an ack: after the work and its record, or after the dead-letter
    /// queue has the message. An error leaves it unacked, so that the broker delivers it again.
    pub(super) async fn handle(&mut self, channel: &Channel, delivery: Delivery) -> anyhow::Result<()> {
        if delivery.redelivered {
            self.instruments.redelivered.inc();
        }
        match Task::from_json(&delivery.data) {
            Ok(task) => self.perform(&task).await?,
            Err(malformed) => self.bury(channel, &delivery, &malformed).await?,
        }
        delivery.ack(BasicAckOptions::default()).await.context("cannot ack").map(drop)
    }

    /// Does the work once. Known tasks are looked up whether or not the broker calls the message redelivered: a second
    /// copy from a producer that missed a confirm is not.
    async fn perform(&mut self, task: &Task) -> anyhow::Result<()> {
        if self.ledger.is_done(&task.task_id)? {
            self.instruments.duplicates.inc();
            tracing::info!(task_id = task.task_id, "done before");
            return Ok(());
        }
        self.ledger.start(&task.task_id)?;
        let in_flight = self.instruments.begin();
        tokio::time::sleep(self.work).await;
        if self.ledger.finish(&task.task_id)? {
            in_flight.done();
            tracing::info!(task_id = task.task_id, value = %task.data.value, "done");
        } else {
            self.instruments.duplicates.inc();
            tracing::info!(task_id = task.task_id, "done by another consumer meanwhile");
        }
        Ok(())
    }

    /// Puts a malformed message, untouched, into the dead-letter queue, and waits for the confirm.
    ///
    /// Why not `reject` and a dead-letter exchange: that needs an argument on the work queue itself. A declaration
    /// of the queue with other arguments is refused, so every producer and consumer would have to change at once, and an
    /// existing queue would have to be deleted.
    async fn bury(&mut self, channel: &Channel, delivery: &Delivery, malformed: &Malformed) -> anyhow::Result<()> {
        let queue = self.dead_letter_queue.as_str();
        tracing::warn!(reason = %malformed, queue, "malformed message");
        let mut headers = delivery.properties.headers().clone().unwrap_or_default();
        headers.insert("x-malformed".into(), AMQPValue::LongString(LongString::from(malformed.to_string())));
        let properties = delivery.properties.clone().with_headers(headers).with_delivery_mode(2);
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let confirmation = channel
            .basic_publish("".into(), queue.into(), options, &delivery.data, properties)
            .await
            .with_context(|| format!("cannot publish to the queue `{queue}`"))?
            .await
            .with_context(|| format!("cannot publish to the queue `{queue}`"))?;
        anyhow::ensure!(
            confirmation == Confirmation::Ack(None),
            "the queue `{queue}` did not take a malformed message"
        );
        self.instruments.malformed.inc();
        Ok(())
    }
}
