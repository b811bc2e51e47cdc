//! `make demo`: installs a broker, then replaces this process by the demo.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Error, Result};

use crate::cargo::cargo;
use crate::process;
use crate::rabbitmq_host;
use crate::repo::{Repo, programs};
use crate::step::step;

/// Installs RabbitMQ if it is missing, builds the programs, and becomes `leveret-demo`.
pub(crate) fn run(repo: &Repo, arguments: &[String]) -> Result<()> {
    repo.exclusively(|_| rabbitmq_host::ensure())?;
    // The development profile, so that a first demo starts minutes sooner; its load does not need a release build.
    step("building Leveret and the reference programs", "a few minutes the first time", || {
        process::run(cargo(repo).args(["build", "-p", "leveret", "-p", "leveret-demo", "-p", "leveret-reference"]))
    })?;
    // Replaced, not spawned: the demo owns the terminal, and only the demo gets Ctrl-C.
    Err(Error::new(Command::new(programs()?.join("leveret-demo")).args(arguments).exec()))
}
