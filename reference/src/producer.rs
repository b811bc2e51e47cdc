//! The producer: takes what is due from its schedule and does not let go of a task before the broker has confirmed it.

mod bursts;
mod instruments;
mod outbox;

use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use lapin::options::ConfirmSelectOptions;
use leveret_core::Moment;
use leveret_runtime::Clock;
use leveret_runtime::admin::Pages;
use leveret_runtime::backoff::Backoff;
use leveret_runtime::duration::parse_duration;
use leveret_runtime::readiness::Latch;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::amqp::{AmqpArgs, Endpoint, Queue};
use crate::program;
use crate::reconnect_backoff;
use crate::schedule::{Burst, Schedule};
use instruments::Instruments;
use outbox::{BATCH, Outbox};

/// Flags of the producer alone.
#[derive(Args, Debug)]
pub struct ProducerArgs {
    /// The time between two tasks; 0s produces as fast as the broker confirms
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = parse_duration)]
    pub interval: Duration,
    /// Further tasks at a moment after the start, such as `100@10s`; may be repeated
    #[arg(long = "burst", value_name = "COUNT@OFFSET")]
    pub bursts: Vec<Burst>,
    /// Ends after so many tasks [default: never]
    #[arg(long)]
    pub count: Option<u64>,
    /// How long to wait, after SIGTERM, for what is not confirmed yet
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = parse_duration)]
    pub grace: Duration,
}

/// A producer that is ready to run.
#[derive(Debug)]
pub struct Producer {
    endpoint: Endpoint,
    queue: Queue,
    schedule: Schedule,
    outbox: Outbox,
    requests: mpsc::Receiver<u64>,
    instruments: Instruments,
    readiness: Latch,
    clock: Clock,
    started: Moment,
    grace: Duration,
}

impl Producer {
    /// Checks the flags, and makes the pages of the admin port: the common ones and `POST /burst?count=N`.
    pub fn new(amqp: &AmqpArgs, args: ProducerArgs, stop: &CancellationToken) -> anyhow::Result<(Self, Pages)> {
        let instruments = Instruments::new().context("cannot register the metrics")?;
        let (burst, requests) = bursts::action();
        let (pages, readiness) = program::pages(instruments.registry(), stop);
        let pages = pages.with_action("/burst", burst);
        let clock = Clock::system();
        let producer = Self {
            endpoint: Endpoint::new(amqp)?,
            queue: amqp.queue(),
            schedule: Schedule::new(args.interval, args.bursts, args.count),
            outbox: Outbox::new(clock),
            requests,
            instruments,
            readiness,
            started: clock.now(),
            clock,
            grace: args.grace,
        };
        Ok((producer, pages))
    }

    /// Produces until the schedule is over or `stopping` is cancelled. No outage of the broker ends it.
    pub async fn run(mut self, stopping: CancellationToken) -> anyhow::Result<()> {
        let grace = self.grace;
        let overdue = async {
            stopping.cancelled().await;
            tokio::time::sleep(grace).await;
        };
        tokio::select! {
            () = self.produce(&stopping) => {}
            () = overdue => {}
        }
        let unconfirmed = self.outbox.len();
        anyhow::ensure!(unconfirmed == 0, "{unconfirmed} tasks were not confirmed within the grace of {grace:?}");
        tracing::info!(published = self.instruments.published.get(), "done");
        Ok(())
    }

    async fn produce(&mut self, stopping: &CancellationToken) {
        let mut backoff = reconnect_backoff();
        while let Err(error) = self.session(&mut backoff, stopping).await {
            if stopping.is_cancelled() && self.outbox.len() == 0 {
                return;
            }
            let wait = backoff.next_delay();
            self.instruments.reconnects.inc();
            tracing::warn!(error = format!("{error:#}"), unconfirmed = self.outbox.len(), ?wait, "trying again");
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stopping.cancelled(), if self.outbox.len() == 0 => return,
            }
        }
    }

    /// One connection, from its begin to the first failure. What is in the outbox goes first.
    async fn session(&mut self, backoff: &mut Backoff, stopping: &CancellationToken) -> anyhow::Result<()> {
        let connection = self.endpoint.connect("task-producer").await?;
        let channel = connection.create_channel().await.context("cannot open a channel")?;
        channel.confirm_select(ConfirmSelectOptions::default()).await.context("cannot ask for confirms")?;
        self.queue
            .declare(&channel)
            .await
            .with_context(|| format!("cannot declare the queue `{}`", self.queue.name))?;
        tracing::info!(queue = self.queue.name, "connected");
        self.readiness.set();
        loop {
            self.outbox.deliver(&channel, &self.queue.name, &self.instruments).await?;
            backoff.reset();
            if stopping.is_cancelled() || self.schedule.is_over() {
                // Everything is confirmed, so a connection that fails to close has nothing to lose.
                let _ = connection.close(200, "done".into()).await;
                return Ok(());
            }
            self.wait(stopping).await;
            let due = if stopping.is_cancelled() { 0 } else { self.schedule.take(self.elapsed(), BATCH) };
            self.outbox.fill(due);
        }
    }

    fn elapsed(&self) -> Duration {
        self.clock.now().since(self.started)
    }

    /// Waits until something is due, or asked for, or the end.
    async fn wait(&mut self, stopping: &CancellationToken) {
        let now = self.elapsed();
        let wait = self.schedule.next(now).map_or(Duration::MAX, |next| next.saturating_sub(now));
        tokio::select! {
            () = stopping.cancelled() => {}
            Some(count) = self.requests.recv() => {
                tracing::info!(count, "burst");
                self.schedule.request(count);
            }
            () = tokio::time::sleep(wait) => {}
        }
    }
}
