//! `leveret serve`: the start-up story.
//!
//! Everything is read and checked before a port is bound; what was bound is logged; then it runs until a signal, or until
//! a part that must not end has ended.

mod access;
mod answers;
mod pollers;
mod reports;

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use arc_swap::ArcSwap;
use tokio_util::sync::CancellationToken;

use crate::api::{Server, Setup};
use crate::cli::ServeArgs;
use crate::config::{self, Config};
use crate::poll::{Demand, Publisher};
use crate::telemetry::{Instruments, QueueGauges};
use leveret_core::catalog::SIGNALS;
use leveret_runtime::Clock;
use leveret_runtime::admin::Admin;
use leveret_runtime::readiness::Readiness;
use leveret_runtime::shutdown::{self, Signals};
use leveret_runtime::tasks::Tasks;

use access::Entrance;
use answers::SnapshotAnswers;
use pollers::Pollers;
use reports::FirstReads;

/// Runs until a signal or the failure of a part that must not end.
pub(super) async fn run(arguments: ServeArgs) -> Result<()> {
    let config = arguments.config.load().map_err(|problems| anyhow::anyhow!("{problems}"))?;
    let access = arguments.access().map_err(anyhow::Error::msg)?;
    let mut signals = Signals::listen()?;
    let (tasks, supervisor) = Tasks::new(CancellationToken::new());
    let clock = Clock::system();
    let instruments = Instruments::new().context("cannot declare the instruments")?;
    let (publisher, demand) = (Publisher::default(), Arc::new(Demand::default()));
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        brokers = config.connections.len(),
        backlogs = config.view.backlogs.len(),
        "leveret starts"
    );

    let mut readiness = Readiness::new(tasks.stop().clone());
    let (authentication, brokers) = (readiness.wait_for("authentication"), readiness.wait_for("brokers"));
    let first_reads = Arc::new(FirstReads::new(&config, instruments.clone(), brokers));
    let config = Arc::new(ArcSwap::from_pointee(config));
    let gauges =
        QueueGauges { config: Arc::clone(&config), publisher: publisher.clone(), demand: Arc::clone(&demand), clock };
    instruments.registry().register(Box::new(gauges)).context("cannot register the gauges of queues")?;
    let registry = instruments.registry().clone();
    let admin = Admin::bind(arguments.admin_address(), registry, readiness.clone()).await?;
    tracing::info!(address = %admin.address()?, "admin port listening");
    tasks.critical("admin", admin.serve(tasks.stop().clone()));

    let mut pollers = Pollers {
        tasks: tasks.clone(),
        demand: Arc::clone(&demand),
        publisher: publisher.clone(),
        report: first_reads.clone(),
        clock,
        running: std::collections::HashMap::new(),
    };
    pollers.follow(&config.load());
    follow_config(&arguments, &config, pollers, first_reads, &instruments, &clock, &tasks);

    let entrance = tokio::select! {
        entrance = Entrance::open(access, &arguments, &tasks) => entrance?,
        signal = signals.next() => {
            tracing::info!(signal, "stopped before the cluster has said whom to believe");
            return Ok(());
        }
    };
    authentication.set();
    let credentials_dir = entrance.credentials_dir;
    let server = Server::bind(Setup {
        address: entrance.listen,
        certificate: entrance.certificate,
        access: entrance.access,
        answers: Arc::new(SnapshotAnswers { config, publisher, demand, instruments: instruments.clone(), clock }),
        health: Arc::new(move || readiness.checks()),
        observer: Arc::new(instruments),
        signals: signal_names(),
        clock,
        drain_delay: arguments.drain_delay(),
    })
    .await?;
    if let Some(folder) = credentials_dir {
        access::write_address(&folder, server.address())?;
    }
    server.serve(&tasks);
    shutdown::run(&mut signals, tasks, supervisor, arguments.drain_delay(), arguments.shutdown_grace).await
}

/// Keeps the loops and the gauge equal to the configuration file, if there is one.
fn follow_config(
    arguments: &ServeArgs,
    config: &Arc<ArcSwap<Config>>,
    pollers: Pollers,
    first_reads: Arc<FirstReads>,
    instruments: &Instruments,
    clock: &Clock,
    tasks: &Tasks,
) {
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^53")]
    let loaded_at = |clock: &Clock| clock.now().wall().as_second() as f64;
    instruments.config_reloaded(Some(loaded_at(clock)));
    let Some(path) = arguments.config.config.clone() else { return };
    let (current, stop) = (Arc::clone(config), tasks.stop().clone());
    let (pollers, instruments, clock) = (Mutex::new(pollers), instruments.clone(), *clock);
    tasks.critical("configuration", async move {
        let in_use = Arc::clone(&current);
        let report = move |outcome: &Result<config::Changes, config::Problems>| {
            instruments.config_reloaded(outcome.is_ok().then(|| loaded_at(&clock)));
            if outcome.is_ok() {
                first_reads.follow(&in_use.load());
                pollers.lock().unwrap_or_else(PoisonError::into_inner).follow(&in_use.load());
            }
        };
        config::watch(path, current, stop, report).await;
        Ok(())
    });
}

/// The names of all signals, for discovery.
fn signal_names() -> &'static [&'static str] {
    const NAMES: [&str; SIGNALS.len()] = {
        let mut names = [""; SIGNALS.len()];
        let mut n = 0;
        while n < names.len() {
            names[n] = SIGNALS[n].name;
            n += 1;
        }
        names
    };
    &NAMES
}
