//! Leveret for a long time against model brokers that fail, restart and show too little, as RabbitMQ does, and against real ones.
//!
//! ```text
//!  schedule ──► model ──► serve ──► Leveret ──► ask ──► verdict ──► tally ──► report
//! ```
//!
//! A [`model`] knows the truth of each queue and when it was true, and shows of it what a real broker would show at that
//! time; the times are those that were measured on RabbitMQ 3.10.8 and 4.0.5. The real program `leveret` reads the models
//! over sockets, and every number that it answers is checked: it must have been true of that queue within `maxSampleAge`.
//! The [`schedule`] of faults depends on nothing but the seed. [`real`] brokers beside the models are treated in the same way.
#![allow(
    clippy::disallowed_methods,
    reason = "the bans guard the served program; this one plays the part of brokers and clients around it"
)]

mod ask;
mod config_file;
mod fault;
mod leveret;
mod model;
mod options;
mod plan;
mod question;
mod real;
mod report;
mod run;
mod schedule;
mod serve;
mod tally;
mod usage;
mod verdict;
mod world;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use options::SoakOptions;

/// Exit status of a program that cannot run.
const CANNOT_RUN: u8 = 2;

fn main() -> ExitCode {
    start(&SoakOptions::parse()).unwrap_or_else(|error| {
        eprintln!("leveret-soak: {error:#}");
        ExitCode::from(CANNOT_RUN)
    })
}

fn start(options: &SoakOptions) -> Result<ExitCode> {
    if options.schedule {
        let episodes = schedule::of(options.seed, options.duration());
        episodes.iter().try_for_each(|episode| println(&episode.to_string()))?;
        for broker in 0..real::REALS.len() {
            let episodes = real::schedule::of(options.seed, broker, options.duration());
            episodes.iter().try_for_each(|episode| println(&episode.to_string()))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")?;
    let report = runtime.block_on(run::run(options))?;
    println(&report.to_string())?;
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn println(text: &str) -> Result<()> {
    use std::io::Write as _;
    writeln!(std::io::stdout(), "{text}").context("cannot write the report to standard output")
}
