//! `make soak`: checks every answer of Leveret while model brokers and real ones fail.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Error, Result};

use crate::cargo::cargo;
use crate::repo::{Repo, programs};
use crate::step::step;
use crate::{process, rabbitmq_folder, rabbitmq_host};

/// The run that is a part of `make test`: always the same faults, of nearly all classes within a minute. It has no real brokers:
/// they take a minute to start, and another for each fault.
const SHORT: [&str; 4] = ["--seed", "98", "--minutes", "1"];

/// Builds the programs, and becomes `leveret-soak`.
pub(crate) fn run(repo: &Repo, arguments: &[String]) -> Result<()> {
    let rabbitmq_4 = repo.exclusively(|repo| {
        rabbitmq_host::ensure()?;
        rabbitmq_folder::ensure(repo)
    })?;
    step("building Leveret and the soak", "a few minutes the first time", || {
        process::run(cargo(repo).args(["build", "-p", "leveret", "-p", "leveret-soak"]))
    })?;
    // Replaced, not spawned, so that only the soak gets Ctrl-C.
    let mut soak = Command::new(programs()?.join("leveret-soak"));
    Err(Error::new(soak.arg("--rabbitmq-4").arg(rabbitmq_4).args(arguments).exec()))
}

/// Runs the programs that are built already for a minute.
pub(crate) fn run_short() -> Result<()> {
    step("checking answers while model brokers fail", "1 minute", || {
        process::run(Command::new(programs()?.join("leveret-soak")).args(SHORT))
    })
}
