//! The commands: each reads its arguments, runs, and ends with an exit status.
//!
//! | status | meaning |
//! |---|---|
//! | 0 | fine |
//! | 2 | wrong usage, or cannot run |

mod print;
mod serve;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use crate::cli::{Cli, Command, Refused};
use leveret_runtime::log::Log;

/// Exit status of a program that cannot run.
const CANNOT_RUN: u8 = 2;

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let (log, format) = (Log::start(), cli.log.log_format);
    run(cli, &log).unwrap_or_else(|error| {
        // Before the log is installed no level is enabled.
        let as_json = format.is_json() && tracing::enabled!(tracing::Level::ERROR);
        match error.downcast_ref::<Refused>() {
            Some(refused) if as_json => refused.log(),
            None if as_json => tracing::error!(error = format!("{error:#}"), "leveret cannot run"),
            _ => log.say(&format!("leveret: {error:#}")),
        }
        ExitCode::from(CANNOT_RUN)
    })
}

fn run(cli: Cli, log: &Log) -> Result<ExitCode> {
    log.install(cli.log.log_format, &cli.log.directives())?;
    match cli.command {
        Command::Completions { shell } => print::completions(shell)?,
        Command::Man { command } => print::manual_page(command.as_deref())?,
        Command::Serve(arguments) => runtime()?.block_on(serve::run(*arguments, log.lines_dropped()))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let provider = rustls::crypto::ring::default_provider();
    provider.install_default().ok().context("another TLS provider is installed already")?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")
}
