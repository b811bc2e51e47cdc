//! What the two programs have in common around their work: logs, the admin port, signals, the exit status.

use std::future::Future;
use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context as _;
use axum::Router;
use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{admin, log, shutdown};

/// The exit status of a program that cannot begin.
const USAGE: u8 = 2;

/// Flags of both programs that are not about AMQP.
#[derive(Args, Debug)]
pub struct ProgramArgs {
    /// Where `/metrics`, `/livez` and `/readyz` are served; port 0 takes a free one, and the log says which
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub metrics_listen: SocketAddr,
    /// How log lines look
    #[arg(long, value_enum, default_value_t)]
    pub log_format: log::Format,
}

/// A program: makes its work with `build`, and runs it beside the admin port and the signals until it ends. What ends
/// early ends the program with its error; flags that make no sense together have exit status 2.
pub fn main<W, F>(args: &ProgramArgs, build: impl FnOnce() -> anyhow::Result<(Router, F)>) -> ExitCode
where
    F: FnOnce(CancellationToken) -> W,
    W: Future<Output = anyhow::Result<()>>,
{
    let started = log::start(args.log_format).and_then(|()| build());
    let (router, work) = match started {
        Ok(ready) => ready,
        Err(error) => return failed(&error, ExitCode::from(USAGE)),
    };
    run(args, router, work).map_or_else(|error| failed(&error, ExitCode::FAILURE), |()| ExitCode::SUCCESS)
}

fn failed(error: &anyhow::Error, code: ExitCode) -> ExitCode {
    tracing::error!(error = format!("{error:#}"), "failed");
    code
}

fn run<W>(args: &ProgramArgs, router: Router, work: impl FnOnce(CancellationToken) -> W) -> anyhow::Result<()>
where
    W: Future<Output = anyhow::Result<()>>,
{
    // The AMQP library would choose a provider by itself only if exactly one were compiled in.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.context("cannot start the asynchronous runtime")?.block_on(async {
        let listener = TcpListener::bind(args.metrics_listen).await;
        let listener = listener.with_context(|| format!("cannot listen on `{}`", args.metrics_listen))?;
        tracing::info!(address = %listener.local_addr().context("a bound listener has an address")?, "serving metrics");
        let stopping = CancellationToken::new();
        tokio::select! {
            ended = work(stopping.clone()) => ended,
            ended = admin::serve(listener, router) => ended,
            ended = shutdown::watch(stopping) => ended,
        }
    })
}
