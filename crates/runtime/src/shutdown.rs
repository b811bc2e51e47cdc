//! How the process ends: a first SIGTERM or SIGINT drains, a second one aborts.
//!
//! Kubernetes sends SIGTERM and, after the pod's grace period, SIGKILL; a terminal's Ctrl-C sends SIGINT.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::tasks::{Supervisor, Tasks};

/// The signals that end the process.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Starts listening; from here on the signals no longer kill the process by themselves.
    pub fn listen() -> Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?,
            interrupt: signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?,
        })
    }

    /// Completes at the next signal, with its name.
    pub async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// Runs until a signal or the failure of a critical task, then stops all tasks and waits for them: the `delay` for which
/// some of them go on by intention, and at most `grace` after it.
///
/// # Errors
/// The failure of a critical task; a second signal; tasks that did not end in time.
pub async fn run(
    signals: &mut Signals,
    tasks: Tasks,
    mut supervisor: Supervisor,
    delay: Duration,
    grace: Duration,
) -> Result<()> {
    let failure = tokio::select! {
        signal = signals.next() => {
            tracing::info!(signal, delay_seconds = delay.as_secs(), grace_seconds = grace.as_secs(), "draining");
            None
        }
        failure = supervisor.failure() => Some(failure),
    };
    tasks.stop().cancel();
    tokio::select! {
        drained = tokio::time::timeout(delay + grace, tasks.drained()) => {
            if drained.is_err() && failure.is_none() {
                bail!("some tasks did not end within the grace period of {} s", grace.as_secs());
            }
        }
        signal = signals.next(), if failure.is_none() => bail!("aborted by a second signal ({signal}) while draining"),
    }
    failure.map_or(Ok(()), Err)
}
