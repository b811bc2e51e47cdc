//! Signals that end a process which does not listen for them, and that a server must outlive.

use anyhow::{Context, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A listener for SIGHUP, SIGUSR1 and SIGUSR2.
#[derive(Debug)]
pub struct OtherSignals {
    hangup: Signal,
    user_1: Signal,
    user_2: Signal,
}

/// One of those signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherSignal {
    /// SIGHUP: by convention, a server reads its configuration again.
    Hangup,
    /// SIGUSR1 or SIGUSR2, by its name; they have no meaning here.
    User(&'static str),
}

impl OtherSignals {
    /// Starts listening; from here on these signals no longer end the process.
    pub fn listen() -> Result<Self> {
        Ok(Self {
            hangup: signal(SignalKind::hangup()).context("cannot listen for SIGHUP")?,
            user_1: signal(SignalKind::user_defined1()).context("cannot listen for SIGUSR1")?,
            user_2: signal(SignalKind::user_defined2()).context("cannot listen for SIGUSR2")?,
        })
    }

    /// Completes at the next of these signals.
    pub async fn next(&mut self) -> OtherSignal {
        tokio::select! {
            _ = self.hangup.recv() => OtherSignal::Hangup,
            _ = self.user_1.recv() => OtherSignal::User("SIGUSR1"),
            _ = self.user_2.recv() => OtherSignal::User("SIGUSR2"),
        }
    }
}
