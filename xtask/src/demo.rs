//! `make demo`: a broker on this machine, and the demo in place of this process.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Error, Result};

use crate::cargo::cargo;
use crate::process;
use crate::rabbitmq_host;
use crate::repo::{Repo, programs};
use crate::step::step;

/// Installs RabbitMQ if there is none, builds the programs, and becomes `leveret-demo`.
pub(crate) fn run(repo: &Repo, arguments: &[String]) -> Result<()> {
    repo.exclusively(|_| rabbitmq_host::ensure())?;
    // The development profile: a first demo starts minutes sooner, and the demo's load does not need the other.
    step("building Leveret and the reference programs", "a few minutes the first time", || {
        process::run(cargo(repo).args(["build", "-p", "leveret", "-p", "leveret-demo", "-p", "leveret-reference"]))
    })?;
    // Replaced, not spawned: the demo owns the terminal, and Ctrl-C reaches it alone.
    Err(Error::new(Command::new(programs()?.join("leveret-demo")).args(arguments).exec()))
}
