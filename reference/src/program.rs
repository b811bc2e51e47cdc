//! What the two programs have in common around their work: the log, the admin port, signals, the exit status.

use std::future::Future;
use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use leveret_runtime::admin::{Admin, Pages};
use leveret_runtime::log::{Log, LogFormat};
use leveret_runtime::readiness::{Latch, Readiness};
use leveret_runtime::shutdown::Signals;
use leveret_runtime::tasks::Tasks;
use prometheus::Registry;
use tokio_util::sync::CancellationToken;

/// The exit status of a program that cannot start.
const USAGE: u8 = 2;

/// Flags of both programs that are not about AMQP.
#[derive(Args, Debug)]
pub struct ProgramArgs {
    /// Address of `/metrics`, `/livez` and `/readyz`; port 0 takes a free one, which the log names
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub metrics_listen: SocketAddr,
    /// Form of log lines
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// Minimum log level: error, warn, info, debug or trace; also per module, as in `info,lapin=debug`
    #[arg(long, value_name = "LEVEL", default_value = "info", env = "RUST_LOG")]
    pub log_level: String,
}

/// The pages of the admin port, with the series of `registry`, and the latch that the work sets once it has reached its
/// queue. A broker that is away later makes no pod unready, since there is no other broker to route to, and a rollout must
/// not be stopped by it.
pub fn pages(registry: &Registry, stop: &CancellationToken) -> (Pages, Latch) {
    let mut readiness = Readiness::new(stop.clone());
    let queue = readiness.wait_for("queue");
    (Pages::new(registry.clone(), readiness), queue)
}

/// Runs a program: makes its pages and its work with `build`, and runs the work beside the admin port until it ends, which
/// it must soon after the token is cancelled. A part that ends early ends the program with its error; what `build` refuses
/// has exit status 2.
pub fn main<W>(args: &ProgramArgs, build: impl FnOnce(&CancellationToken) -> anyhow::Result<(Pages, W)>) -> ExitCode
where
    W: Future<Output = anyhow::Result<()>>,
{
    let stop = CancellationToken::new();
    let log = Log::start();
    let started = log.install(args.log_format, &args.log_level).and_then(|()| build(&stop));
    let (pages, work) = match started {
        Ok(ready) => ready,
        Err(error) => return failed(&log, &error, ExitCode::from(USAGE)),
    };
    run(args, &stop, pages, work).map_or_else(|error| failed(&log, &error, ExitCode::FAILURE), |()| ExitCode::SUCCESS)
}

fn failed(log: &Log, error: &anyhow::Error, code: ExitCode) -> ExitCode {
    // The log may be what failed to start.
    if tracing::dispatcher::has_been_set() {
        tracing::error!(error = format!("{error:#}"), "failed");
    } else {
        log.say(&format!("{error:#}"));
    }
    code
}

fn run(
    args: &ProgramArgs,
    stop: &CancellationToken,
    pages: Pages,
    work: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    // The AMQP library would choose a provider by itself only if exactly one were compiled in.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.context("cannot start the asynchronous runtime")?.block_on(async {
        let mut signals = Signals::listen()?;
        let admin = Admin::bind(args.metrics_listen, "--metrics-listen", pages).await?;
        tracing::info!(address = %admin.address(), "serving metrics");
        let (tasks, mut supervisor) = Tasks::new(stop.clone());
        // Until the process ends, so that a draining program can be observed.
        tasks.critical("admin", admin.serve(tasks.clone(), std::future::pending()));
        let stopping = async {
            let signal = signals.next().await;
            tracing::info!(signal, "stopping");
            stop.cancel();
            // Further signals change nothing, since the work ends within its grace period.
            std::future::pending().await
        };
        tokio::select! {
            ended = work => ended,
            failure = supervisor.failure() => Err(failure),
            ended = stopping => ended,
        }
    })
}
