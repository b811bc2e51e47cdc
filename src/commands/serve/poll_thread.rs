//! A thread of its own for reading brokers.
//!
//! Parsing the answer of a large broker takes long enough to be noticed by an HPA whose answer waits for it. Threads are
//! interrupted by each other, tasks of one thread are not.

use anyhow::{Context, Result};
use tokio::runtime::{Builder, Handle, Runtime};

/// A runtime with one thread. It ends when this is dropped, and what runs in it is dropped then.
pub(super) struct PollThread(Option<Runtime>);

impl PollThread {
    /// Starts the thread.
    pub(super) fn start() -> Result<Self> {
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).thread_name("poll").enable_all().build();
        Ok(Self(Some(runtime.context("cannot start the thread that reads brokers")?)))
    }

    /// Where to run tasks.
    pub(super) fn handle(&self) -> Handle {
        self.0.as_ref().map_or_else(Handle::current, |runtime| runtime.handle().clone())
    }
}

impl Drop for PollThread {
    /// Does not wait: this happens in another runtime, which must not be blocked.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
