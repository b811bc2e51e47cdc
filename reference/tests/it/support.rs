//! One broker for all tests that leave it running, one vhost for each test, and the programs as processes.

mod broker;
mod journal;
mod program;

use std::time::{Duration, Instant};

pub(crate) use broker::Vhost;
pub(crate) use journal::Journal;
pub(crate) use program::Program;

/// Waits until `condition` holds; the message says what did not come.
#[track_caller]
pub(crate) fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !condition() {
        assert!(Instant::now() < deadline, "did not come within 60 s: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
