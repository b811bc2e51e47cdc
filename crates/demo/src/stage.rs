//! Everything that runs during a demo, built up step by step and taken down in order, however far it got.

use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::broker::{Broker, Connection};
use super::crew::Crew;
use super::journal::{Tally, published, tally};
use super::options::DemoOptions;
use super::plan::Plan;
use super::process;
use super::programs::Programs;
use super::reading::Api;
use super::summary::Messages;
use leveret_core::Moment;
use leveret_harness::Process;
use leveret_runtime::Clock;

/// How long Leveret may take until it answers.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// How long, after the producer's end, the consumers may still take messages.
const DRAIN_WITHIN: Duration = Duration::from_secs(15);

/// How long Leveret and the producer may take to end.
const GRACE: Duration = Duration::from_secs(10);

/// From one look at something that is starting to the next.
const GLANCE: Duration = Duration::from_millis(50);

/// What runs. Fields are dropped in this order when the demo panics: first those that need the others.
pub(super) struct Stage {
    producer: Option<Process>,
    crew: Option<Crew>,
    server: Option<Process>,
    broker: Option<Broker>,
    folder: TempDir,
    programs: Programs,
    clock: Clock,
}

impl Stage {
    /// An empty stage; fails when a program is missing.
    pub(super) fn new(options: &DemoOptions) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("leveret-demo-").tempdir();
        let folder = folder.context("cannot make a temporary folder for the demo")?;
        let programs = Programs::find(options, folder.path())?;
        let clock = Clock::system();
        Ok(Self { producer: None, crew: None, server: None, broker: None, folder, programs, clock })
    }

    /// The present moment.
    pub(super) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Starts the broker.
    pub(super) async fn start_broker(&mut self, options: &DemoOptions) -> Result<Connection> {
        let broker = self.broker.insert(Broker::begin(options.rabbitmq_root.clone())?);
        let connection = broker.started().await?;
        self.programs.prepare(&connection)?;
        Ok(connection)
    }

    /// Starts the first consumers.
    pub(super) fn start_crew(&mut self, broker: &Connection, plan: &Plan) -> Result<()> {
        let (programs, folder) = (self.programs.clone(), self.folder.path().to_owned());
        let (broker, plan) = (broker.clone(), plan.clone());
        let first = plan.spec.min_replicas().max(1);
        self.crew = Some(Crew::new(move |number| {
            let name = format!("consumer-{number}");
            Process::start(&name, &folder, programs.consumer(&broker, &plan, &name))
        }));
        self.scale(first)
    }

    /// Starts Leveret and waits until it answers. A number is not waited for: Leveret does not trust a broker that has just
    /// started, and says so, which is a part of what is shown.
    pub(super) async fn start_server(&mut self, broker: &Connection) -> Result<Api> {
        let command = self.programs.server(broker);
        self.server = Some(Process::start("leveret", self.folder.path(), command)?);
        let begin = self.now();
        let mut last = "it does not listen".to_owned();
        loop {
            self.check()?;
            if let Some(api) = Api::find(&self.programs.credentials())? {
                match api.read("rabbitmq_queue_messages").await {
                    Err(error) if !error.is_for_now() => last = error.message(),
                    Ok(_) | Err(_) => return Ok(api),
                }
            }
            let waited = self.now().since(begin);
            anyhow::ensure!(waited < ANSWER_WITHIN, "Leveret has no answer after {} s: {last}", waited.as_secs());
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Starts the producer, whose bursts count from now.
    pub(super) fn start_producer(&mut self, broker: &Connection, plan: &Plan) -> Result<()> {
        let command = self.programs.producer(broker, plan);
        self.producer = Some(Process::start("producer", self.folder.path(), command)?);
        Ok(())
    }

    /// Starts or stops consumers.
    pub(super) fn scale(&mut self, wanted: i32) -> Result<()> {
        let now = self.now();
        let wanted = usize::try_from(wanted).context("the HPA never asks for less than nothing")?;
        self.crew.as_mut().map_or(Ok(()), |crew| crew.scale(wanted, now))
    }

    /// The consumers that work, and those that finish their last message.
    pub(super) fn consumers(&self) -> (u32, u32) {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        self.crew.as_ref().map_or((0, 0), |crew| (count(crew.working()), count(crew.leaving())))
    }

    /// Fails when something ended that should run.
    pub(super) fn check(&mut self) -> Result<()> {
        let now = self.now();
        self.server.iter_mut().chain(&mut self.producer).try_for_each(Process::check)?;
        self.crew.as_mut().map_or(Ok(()), |crew| crew.check(now))
    }

    /// Ends the producer, lets the consumers do what is left, ends them, and returns what became of the messages.
    pub(super) async fn finish(&mut self) -> Result<Messages> {
        let log = self.producer.as_ref().map(|producer| producer.log_path().to_owned());
        end(self.producer.take()).await;
        let published = log.map_or(Ok(0), |log| published(&log))?;
        let (begin, journal) = (self.now(), self.programs.journal());
        while tally(&journal)?.done < published && self.now().since(begin) < DRAIN_WITHIN {
            self.check()?;
            tokio::time::sleep(GLANCE).await;
        }
        self.end_work().await?;
        let Tally { done, duplicates } = tally(&journal)?;
        Ok(Messages { published, done, duplicates })
    }

    /// Ends the producer and then the consumers, which finish the message they work on.
    async fn end_work(&mut self) -> Result<()> {
        end(self.producer.take()).await;
        let now = self.now();
        match self.crew.take() {
            Some(mut crew) => crew.dismiss(now).await,
            None => Ok(()),
        }
    }

    /// Ends everything. Whatever fails, the rest is ended too.
    pub(super) async fn close(mut self) -> Result<()> {
        let worked = self.end_work().await;
        end(self.server.take()).await;
        if let Some(mut broker) = self.broker.take() {
            broker.end().await;
        }
        let folder = self.folder.close().context("cannot remove the demo's temporary folder");
        worked.and(folder)
    }
}

/// Ends a program, if there is one.
async fn end(process: Option<Process>) {
    if let Some(process) = process {
        process::end(process, GRACE).await;
    }
}
