//! `leveret serve`: the start-up story.
//!
//! Flags, configuration, the files that both name and the kubeconfig are read and checked before a port is bound; what was
//! bound is logged; then it runs until a signal, or until a part that must not end has ended. The admin port is bound first, so
//! that it can be seen what the rest waits for: the cluster's authentication configuration, and then the API's port.

mod access;
mod answers;
mod client_certificates;
mod gauges;
mod hangup;
mod poll_thread;
mod question;
mod questions;
mod reports;
mod state;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::api::{Server, Setup};
use crate::cli::ServeArgs;
use crate::config;
use crate::poll::{FirstReads, Pollers};
use crate::telemetry::{Instruments, LogLines};
use leveret_core::catalog::SIGNALS;
use leveret_runtime::Clock;
use leveret_runtime::admin::{Admin, Pages};
use leveret_runtime::log::LinesDropped;
use leveret_runtime::readiness::Readiness;
use leveret_runtime::shutdown::{self, Signals};
use leveret_runtime::signals::OtherSignals;
use leveret_runtime::tasks::Tasks;

use answers::SnapshotAnswers;
use gauges::StateGauges;
use poll_thread::PollThread;
use reports::ReadReports;
use state::State;

/// Runs until a signal or the failure of a part that must not end.
pub(super) async fn run(arguments: ServeArgs, lines_dropped: LinesDropped) -> Result<()> {
    let (config, access) = arguments.check()?;
    let (certificate, admission) = access::prepare(&access, &arguments).await?;
    let (mut signals, other_signals) = (Signals::listen()?, OtherSignals::listen()?);
    let (tasks, supervisor) = Tasks::new(CancellationToken::new());
    let instruments = Instruments::new().context("cannot declare the instruments")?;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        brokers = config.connections.len(),
        backlogs = config.view.backlogs.len(),
        "leveret starts"
    );
    config.log_doubts();

    let mut readiness = Readiness::new(tasks.stop().clone());
    let (authentication, brokers) = (readiness.wait_for("authentication"), readiness.wait_for("brokers"));
    let first_reads = FirstReads::new(&config.view, brokers);
    let state = State::new(config, instruments, Clock::system());
    let reports = Arc::new(ReadReports {
        instruments: state.instruments.clone(),
        first_reads,
        client_certificates: Arc::clone(&state.client_certificates),
    });
    reports.follow(&state.config.load());
    let registry = state.instruments.registry();
    registry.register(Box::new(StateGauges(state.clone()))).context("cannot register the gauges of queues")?;
    let log_lines = LogLines::new(lines_dropped).and_then(|lines| registry.register(Box::new(lines)));
    log_lines.context("cannot register the count of log lines")?;
    let pages = Pages::new(registry.clone(), readiness.clone());
    let admin = Admin::bind(arguments.admin_address(), "--admin-listen", pages).await?;
    tracing::info!(address = %admin.address(), "admin port listening");
    let (stop, drain_delay) = (tasks.stop().clone(), arguments.drain_delay());
    // As long as the API is served, so that a draining pod is reported as unready and can be observed.
    let closed = async move {
        stop.cancelled().await;
        tokio::time::sleep(drain_delay).await;
    };
    tasks.critical("admin", admin.serve(tasks.clone(), closed));

    let (demand, publisher) = (Arc::clone(&state.demand), state.publisher.clone());
    let poll_thread = PollThread::start()?;
    let poll_tasks = tasks.on(poll_thread.handle());
    let mut pollers = Pollers::new(poll_tasks, demand, publisher, reports.clone(), state.clock);
    pollers.follow(&state.config.load());
    state.config_read(true);
    let reread = arguments.config.config.clone().map(|path| {
        let reread = Arc::new(Notify::new());
        follow_config(path, Arc::clone(&reread), state.clone(), pollers, reports, &tasks);
        reread
    });
    hangup::follow(other_signals, reread, &tasks);

    let local_files = admission.local_files();
    let gate = tokio::select! {
        gate = admission.gate(state.clock, &tasks) => gate?,
        signal = signals.next() => {
            tracing::info!(signal, "stopped before the cluster's authentication configuration could be read");
            return Ok(());
        }
    };
    authentication.set();
    let server = Server::bind(Setup {
        address: access.listen(),
        flag: "--listen",
        certificate,
        gate,
        answers: Arc::new(SnapshotAnswers(state.clone())),
        health: Arc::new(move || readiness.checks()),
        observer: Arc::new(state.instruments),
        signals: signal_names(),
        clock: state.clock,
        drain_delay: arguments.drain_delay(),
    })
    .await?;
    local_files.map_or(Ok(()), |files| files.publish(server.address()))?;
    server.serve(&tasks);
    shutdown::run(&mut signals, tasks, supervisor, arguments.drain_delay(), arguments.shutdown_grace).await
}

/// Keeps the poll loops and the instruments equal to the configuration file, which is read again at once at `reread`.
fn follow_config(
    path: PathBuf,
    reread: Arc<Notify>,
    state: State,
    pollers: Pollers,
    reports: Arc<ReadReports>,
    tasks: &Tasks,
) {
    let (current, stop, pollers) = (Arc::clone(&state.config), tasks.stop().clone(), Mutex::new(pollers));
    tasks.critical("configuration", async move {
        let report = move |outcome: &Result<config::Changes, config::Problems>| {
            state.config_read(outcome.is_ok());
            if outcome.is_ok() {
                let config = state.config.load();
                reports.follow(&config);
                pollers.lock().unwrap_or_else(PoisonError::into_inner).follow(&config);
            }
        };
        config::watch(path, current, stop, &reread, report).await;
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
