//! The demo's own RabbitMQ, on a thread of its own because its interface blocks.
//!
//! It does not run as a task of the runtime: a runtime that ends waits for its blocking tasks, and Ctrl-C during the
//! broker's start must not. The broker goes with this process whatever happens to the thread.

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use leveret_harness::{Options, PrivateBroker};
use tokio::sync::oneshot;

use leveret_runtime::secret::Secret;

/// How long the broker's end is waited for.
const END_WITHIN: Duration = Duration::from_secs(10);

/// A broker that is starting, runs, or ends.
#[derive(Debug)]
pub(super) struct Broker {
    started: Option<oneshot::Receiver<Result<Connection>>>,
    running: bool,
    /// Dropped to end the broker.
    lifeline: Option<mpsc::Sender<()>>,
    ended: Option<oneshot::Receiver<()>>,
}

/// How a running broker is reached.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    /// AMQP, without credentials.
    pub(super) amqp_url: String,
    /// The management API.
    pub(super) management_url: String,
    /// The Prometheus endpoint.
    pub(super) prometheus_url: String,
    /// The user that may do everything.
    pub(super) username: String,
    /// That user's password.
    pub(super) password: Secret,
    /// What RabbitMQ says its version is.
    pub(super) version: String,
}

impl Broker {
    /// Begins to start a broker: this machine's, or the one in the folder `root`.
    pub(super) fn begin(root: Option<PathBuf>) -> Result<Self> {
        let (started_sender, started) = oneshot::channel();
        let (ended_sender, ended) = oneshot::channel();
        let (lifeline, life) = mpsc::channel::<()>();
        let work = move || {
            keep(root, started_sender, &life);
            // The receiver may be gone.
            let _ = ended_sender.send(());
        };
        thread::Builder::new().name("broker".into()).spawn(work).context("cannot start a thread for the broker")?;
        Ok(Self { started: Some(started), running: false, lifeline: Some(lifeline), ended: Some(ended) })
    }

    /// Waits until it runs.
    pub(super) async fn started(&mut self) -> Result<Connection> {
        let started = self.started.take().context("the broker's start was waited for before")?;
        let connection = started.await.context("the broker's thread ended")??;
        self.running = true;
        Ok(connection)
    }

    /// Ends it, and waits for that a while. A start is not waited for: the end of this process ends it at once.
    pub(super) async fn end(&mut self) {
        self.lifeline = None;
        if let (true, Some(ended)) = (self.running, self.ended.take()) {
            // After that time the end of this process ends the broker as well.
            let _ = tokio::time::timeout(END_WITHIN, ended).await;
        }
    }
}

/// Starts a broker, says how it is reached, and holds it until the other end of `life` is dropped.
fn keep(root: Option<PathBuf>, started: oneshot::Sender<Result<Connection>>, life: &mpsc::Receiver<()>) {
    // One second instead of five, so that the queue is seen to move.
    let conf = vec!["collect_statistics_interval = 1000".to_owned()];
    let outcome = PrivateBroker::start(Options { root, conf, ..Options::default() });
    let outcome = outcome.and_then(|broker| Ok((connection(&broker)?, broker)));
    let (outcome, mut broker) = match outcome {
        Ok((connection, broker)) => (Ok(connection), Some(broker)),
        Err(error) => (Err(error), None),
    };
    if started.send(outcome).is_ok() {
        // Nothing is ever sent: this returns when the sender is dropped.
        let _ = life.recv();
    }
    if let Some(broker) = &mut broker {
        // Its data goes with it, so nothing is lost by not asking it to end in order.
        broker.kill();
    }
}

fn connection(broker: &PrivateBroker) -> Result<Connection> {
    let overview = broker.management().get("/api/overview")?;
    Ok(Connection {
        amqp_url: broker.amqp_url(),
        management_url: broker.management_url(),
        prometheus_url: broker.prometheus_url(),
        username: broker.username().to_owned(),
        password: Secret::new(broker.password()),
        version: overview["rabbitmq_version"].as_str().unwrap_or("of an unknown version").to_owned(),
    })
}
