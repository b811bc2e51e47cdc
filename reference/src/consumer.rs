//! The consumer: one task at a time, recorded, then acked.

mod desk;
mod instruments;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use futures_util::StreamExt as _;
use lapin::options::{BasicCancelOptions, BasicConsumeOptions, BasicQosOptions, ConfirmSelectOptions};
use lapin::types::FieldTable;
use leveret_runtime::admin::Pages;
use leveret_runtime::backoff::Backoff;
use leveret_runtime::duration::parse_duration;
use leveret_runtime::readiness::Latch;
use tokio_util::sync::CancellationToken;

use crate::amqp::{AmqpArgs, Endpoint, Queue};
use crate::ledger::Ledger;
use crate::program;
use crate::reconnect_backoff;
use desk::Desk;
use instruments::Instruments;

/// Flags of the consumer alone.
#[derive(Args, Debug)]
pub struct ConsumerArgs {
    /// How long one task takes
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = parse_duration)]
    pub work: Duration,
    /// How many messages the broker hands out ahead; still one is worked on at a time
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub prefetch: u16,
    /// A file, shared by consumers of one machine, that records which tasks were started and done
    #[arg(long, value_name = "PATH")]
    pub journal: Option<PathBuf>,
    /// The name in the journal, and of the connection [default: task-consumer-PID]
    #[arg(long)]
    pub name: Option<String>,
    /// How long to wait, after SIGTERM, for the task in hand
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = parse_duration)]
    pub grace: Duration,
}

/// A consumer that is ready to run.
#[derive(Debug)]
pub struct Consumer {
    name: String,
    endpoint: Endpoint,
    queue: Queue,
    prefetch: u16,
    desk: Desk,
    instruments: Instruments,
    readiness: Latch,
    grace: Duration,
}

impl Consumer {
    /// Checks the flags, opens the journal, and makes the pages of the admin port.
    pub fn new(amqp: &AmqpArgs, args: ConsumerArgs, stop: &CancellationToken) -> anyhow::Result<(Self, Pages)> {
        let instruments = Instruments::new().context("cannot register the metrics")?;
        let (pages, readiness) = program::pages(instruments.registry(), stop);
        let name = args.name.unwrap_or_else(|| format!("task-consumer-{}", std::process::id()));
        let ledger = match &args.journal {
            Some(path) => Ledger::shared(Ledger::CAPACITY, path, &name)?,
            None => Ledger::in_memory(Ledger::CAPACITY),
        };
        let consumer = Self {
            name,
            endpoint: Endpoint::new(amqp)?,
            queue: amqp.queue(),
            prefetch: args.prefetch,
            desk: Desk::new(ledger, args.work, amqp.queue().dead_letter_name(), instruments.clone()),
            instruments,
            readiness,
            grace: args.grace,
        };
        Ok((consumer, pages))
    }

    /// Consumes until `stopping` is cancelled, then finishes the task in hand. No outage of the broker ends it.
    pub async fn run(mut self, stopping: CancellationToken) -> anyhow::Result<()> {
        let grace = self.grace;
        let overdue = async {
            stopping.cancelled().await;
            tokio::time::sleep(grace).await;
        };
        tokio::select! {
            () = self.consume(&stopping) => {}
            () = overdue => anyhow::bail!("the task in hand took longer than the grace of {grace:?}; it is delivered again"),
        }
        tracing::info!(done = self.instruments.done.get(), "stopped");
        Ok(())
    }

    async fn consume(&mut self, stopping: &CancellationToken) {
        let mut backoff = reconnect_backoff();
        while let Err(error) = self.session(&mut backoff, stopping).await {
            if stopping.is_cancelled() {
                tracing::warn!(error = format!("{error:#}"), "the connection ended while stopping");
                return;
            }
            let wait = backoff.next_delay();
            self.instruments.reconnects.inc();
            tracing::warn!(error = format!("{error:#}"), ?wait, "trying again");
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stopping.cancelled() => return,
            }
        }
    }

    /// One connection, from its begin to the first failure or the ordered end.
    async fn session(&mut self, backoff: &mut Backoff, stopping: &CancellationToken) -> anyhow::Result<()> {
        let connection = tokio::select! {
            connection = self.endpoint.connect(&self.name) => connection?,
            () = stopping.cancelled() => return Ok(()),
        };
        let channel = connection.create_channel().await.context("cannot open a channel")?;
        let name = &self.queue.name;
        self.queue.declare(&channel).await.with_context(|| format!("cannot declare the queue `{name}`"))?;
        self.queue.declare_dead_letter(&channel).await.context("cannot declare the dead-letter queue")?;
        // For the dead-letter queue: what is not confirmed there is not acked here.
        channel.confirm_select(ConfirmSelectOptions::default()).await.context("cannot ask for confirms")?;
        channel.basic_qos(self.prefetch, BasicQosOptions::default()).await.context("cannot set the prefetch")?;
        let mut deliveries = channel
            .basic_consume(
                name.as_str().into(),
                self.name.as_str().into(),
                BasicConsumeOptions::default(),
                FieldTable::default(),
            )
            .await
            .with_context(|| format!("cannot consume from the queue `{name}`"))?;
        tracing::info!(queue = name, consumer = self.name, "consuming");
        self.readiness.set();
        backoff.reset();
        let mut failure = std::pin::pin!(failure(connection.events_listener()));
        while !stopping.is_cancelled() {
            let delivery = tokio::select! {
                biased;
                () = stopping.cancelled() => break,
                delivery = deliveries.next() => delivery,
            };
            let delivery = delivery.with_context(|| format!("the queue `{name}` is gone, or its broker"))?;
            let delivery = delivery.context("the channel ended")?;
            let cancel = async {
                stopping.cancelled().await;
                // From here on the broker hands out nothing more, while the task in hand is finished.
                let cancelled = channel.basic_cancel(self.name.as_str().into(), BasicCancelOptions::default()).await;
                if let Err(error) = cancelled {
                    tracing::warn!(%error, "cannot cancel the consumer");
                }
                std::future::pending::<()>().await;
            };
            tokio::select! {
                handled = self.desk.handle(&channel, delivery) => handled?,
                // Work on a message that is no longer ours would be done by its next owner as well.
                error = &mut failure => anyhow::bail!("the connection ended: {error}"),
                () = cancel => {}
            }
        }
        // Closing gives messages that were handed out but not begun back to the queue.
        connection.close(200, "stopping".into()).await.context("cannot close the connection")
    }
}

/// Waits for the first error of a connection.
async fn failure(events: impl futures_util::Stream<Item = lapin::Event>) -> lapin::Error {
    let mut events = std::pin::pin!(events);
    loop {
        match events.next().await {
            Some(lapin::Event::Error(error)) => return error,
            Some(_) => {}
            None => std::future::pending().await,
        }
    }
}
