//! Named, supervised tasks: the only place that spawns.
//!
//! A critical task is expected to run until shutdown. If it ends before, by error, by panic or by simply returning, the
//! process ends with that as its error: a program whose poll loop has died must not look alive.

use std::future::Future;

use anyhow::{Context, Result, anyhow};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Spawns tasks and learns how the critical ones end. Clones share one set of tasks.
#[derive(Clone, Debug)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
    ended: mpsc::Sender<(&'static str, Result<()>)>,
    /// Where they run, if not where they are spawned.
    runtime: Option<Handle>,
}

/// The receiving half: yields the first critical task that ended before shutdown.
#[derive(Debug)]
pub struct Supervisor {
    ended: mpsc::Receiver<(&'static str, Result<()>)>,
}

impl Tasks {
    /// An empty set of tasks that are asked to end through `stop`.
    pub fn new(stop: CancellationToken) -> (Self, Supervisor) {
        // One slot suffices: the first ending is the one that counts, later ones find the slot taken and are logged.
        let (sender, receiver) = mpsc::channel(1);
        let tasks = Self { tracker: TaskTracker::new(), stop, ended: sender, runtime: None };
        (tasks, Supervisor { ended: receiver })
    }

    /// The same set of tasks, whose new ones run in another runtime.
    #[must_use]
    pub fn on(&self, runtime: Handle) -> Self {
        Self { runtime: Some(runtime), ..self.clone() }
    }

    /// The token that every task watches: once it is cancelled they drain and end.
    pub fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Spawns a task whose end before shutdown ends the process.
    pub fn critical(&self, name: &'static str, task: impl Future<Output = Result<()>> + Send + 'static) {
        self.critical_until(self.stop.clone(), name, task);
    }

    /// Spawns a task whose end ends the process, unless `stop` was cancelled before; for a task that can be stopped
    /// while the others go on.
    pub fn critical_until(
        &self,
        stop: CancellationToken,
        name: &'static str,
        task: impl Future<Output = Result<()>> + Send + 'static,
    ) {
        let ended = self.ended.clone();
        let running = self.spawn(task);
        self.spawn(async move {
            let outcome = match running.await {
                Ok(outcome) => outcome.with_context(|| format!("task `{name}` failed")),
                Err(join) => Err(anyhow!("task `{name}` panicked: {join}")),
            };
            if stop.is_cancelled() {
                if let Err(error) = outcome {
                    tracing::warn!(
                        task = name,
                        error = format!("{error:#}"),
                        "task ended with an error while draining"
                    );
                }
                return;
            }
            let outcome = outcome.and_then(|()| Err(anyhow!("task `{name}` ended although nothing asked it to")));
            if ended.try_send((name, outcome)).is_err() {
                tracing::error!(task = name, "task ended after another critical task had");
            }
        });
    }

    /// Spawns a task that may end at any time, such as the service of one connection.
    #[expect(clippy::disallowed_methods, reason = "this is the module that spawns for all others")]
    pub fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> tokio::task::JoinHandle<T> {
        let task = self.tracker.track_future(task);
        match &self.runtime {
            Some(runtime) => runtime.spawn(task),
            None => tokio::spawn(task),
        }
    }

    /// Waits until every task has ended; shutdown bounds the wait.
    pub async fn drained(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }
}

impl Supervisor {
    /// Completes when a critical task has ended before shutdown, with its error.
    pub async fn failure(&mut self) -> anyhow::Error {
        match self.ended.recv().await {
            Some((_, Err(error))) => error,
            Some((name, Ok(()))) => anyhow!("task `{name}` ended"),
            None => anyhow!("every task has ended"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_critical_task_that_returns_or_panics_is_a_failure_that_names_it() {
        let (tasks, mut supervisor) = Tasks::new(CancellationToken::new());
        tasks.critical("poll", async { Ok(()) });
        assert!(supervisor.failure().await.to_string().contains("`poll`"));
        let (tasks, mut supervisor) = Tasks::new(CancellationToken::new());
        tasks.critical("api", async { panic!("boom") });
        assert!(format!("{:#}", supervisor.failure().await).contains("`api` panicked"));
    }

    #[tokio::test]
    async fn a_task_that_ends_after_the_stop_is_no_failure() {
        let stop = CancellationToken::new();
        let (tasks, mut supervisor) = Tasks::new(stop.clone());
        let token = stop.clone();
        tasks.critical("poll", async move {
            token.cancelled().await;
            Ok(())
        });
        stop.cancel();
        tasks.drained().await;
        assert!(supervisor.ended.try_recv().is_err());
    }
}
