//! How fast the parts are that work at every poll and at every question, each against a floor: the least that could be
//! done instead, in the same run on the same machine. `README.md` says what each row means.
#![allow(clippy::print_stdout, reason = "the table goes to stdout")]

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;

mod advance;
mod answer;
mod compare;
mod management;
mod prometheus;
mod row;
#[cfg(test)]
mod tests;
mod world;

use compare::Effort;
use row::Row;

/// Measures, and shows what was measured as a table
#[derive(Parser)]
#[command(name = "leveret-bench")]
struct Cli {
    /// The JSON file to write: a list of {name, value, unit, better, target}
    file: PathBuf,
}

fn main() -> Result<()> {
    let Cli { file } = Cli::parse();
    let rows = measure(Effort::FULL);
    let json = serde_json::to_string_pretty(&rows)?;
    fs::write(&file, json + "\n").with_context(|| format!("cannot write `{}`", file.display()))?;
    print!("{}", row::table(&rows));
    Ok(())
}

/// Every row, in the order of the README.
fn measure(effort: Effort) -> Vec<Row> {
    [answer::rows(effort), prometheus::rows(effort), management::rows(effort), advance::rows(effort)].concat()
}
