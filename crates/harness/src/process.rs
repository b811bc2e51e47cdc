//! A program that ends with the process that started it, however that ends.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::guard::{Guard, GuardedCommand};

/// How many lines of its log a program's message shows.
const TAIL_LINES: usize = 15;

/// A running program with its log. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    name: String,
    guard: Guard,
    log: PathBuf,
}

impl Process {
    /// Starts a program; what it prints is appended to `NAME.log` in `folder`.
    pub fn start(name: &str, folder: &Path, command: GuardedCommand) -> anyhow::Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let file = File::options().create(true).append(true).open(&log);
        let file = file.with_context(|| format!("cannot write `{}`", log.display()))?;
        let guard = command.spawn(file).with_context(|| format!("cannot start {name}"))?;
        Ok(Self { name: name.to_owned(), guard, log })
    }

    /// Sends a signal by its name without `SIG`.
    pub fn signal(&mut self, name: &str) {
        self.guard.signal(name);
    }

    /// How it ended, a signal N as the exit status 128 + N; absent while it runs.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.guard.ended()
    }

    /// Fails with the end of its log when it has ended.
    pub fn check(&mut self) -> anyhow::Result<()> {
        match self.ended() {
            Some(status) => bail!("{} ended with {status}; {}", self.name, self.tail()),
            None => Ok(()),
        }
    }

    /// Asks it to end (SIGTERM) and waits for that; after `patience` it is killed, and nothing is returned.
    pub fn stop(&mut self, patience: Duration) -> Option<ExitStatus> {
        self.signal("TERM");
        let ended = self.guard.wait(patience);
        if ended.is_none() {
            self.kill();
        }
        ended
    }

    /// Kills it, and all that is left of what it started, and waits for that.
    pub fn kill(&mut self) {
        self.guard.kill();
    }

    /// All that it has printed.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The file that it prints to.
    pub fn log_path(&self) -> &Path {
        &self.log
    }

    /// Its name and the end of its log, for a message about a failure.
    pub fn tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        format!("{} printed last:\n{}", self.name, lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n"))
    }
}
