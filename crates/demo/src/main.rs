//! The main job on one machine, without Kubernetes: a real broker, the real API, real consumers, and the HPA's algorithm
//! between them.
//!
//! [`run`](mod@run) builds the `stage` up, lets the `control` loop run for the planned time, and takes the stage down again,
//! whatever happened in between. Everything listens on loopback only.

mod broker;
mod control;
mod crew;
mod gaps;
mod journal;
mod options;
mod plan;
mod process;
mod programs;
mod reading;
mod report;
mod report_file;
mod run;
mod screen;
mod stage;
mod summary;
mod svg;
mod trace;
mod view;

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::{Context, Error, Result};
use clap::Parser;

use options::DemoOptions;
use run::Ending;

/// Exit status of a program that cannot run.
const CANNOT_RUN: u8 = 2;

/// Exit status of a program that was ended by Ctrl-C.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    start(&DemoOptions::parse()).unwrap_or_else(|error| {
        eprintln!("leveret-demo: {error:#}");
        ExitCode::from(CANNOT_RUN)
    })
}

fn start(options: &DemoOptions) -> Result<ExitCode> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")?;
    match runtime.block_on(run::run(options))? {
        Ending::Finished(summary) => {
            writeln!(std::io::stdout(), "{summary}").context("cannot write the summary to standard output")?;
            summary.report.map_err(Error::msg)?;
            Ok(ExitCode::SUCCESS)
        }
        Ending::Interrupted(by) => {
            eprintln!("leveret-demo: the demo was ended by {by}; nothing is left behind");
            Ok(ExitCode::from(INTERRUPTED))
        }
    }
}
