//! The consumers: as many real processes as the HPA asks for.
//!
//! This is what a Deployment does with pods: a consumer that has to go is asked to, finishes its message within its grace
//! period, and does not count any more from the moment it was asked.

use std::time::Duration;

use anyhow::Result;

use super::process;
use leveret_core::Moment;
use leveret_harness::Process;

/// How long a consumer may take to finish its message: Kubernetes' default `terminationGracePeriodSeconds`.
const GRACE: Duration = Duration::from_secs(30);

/// Starts the consumer that gets a number, which no other gets.
type Start = Box<dyn Fn(u32) -> Result<Process> + Send>;

/// All consumers.
pub(super) struct Crew {
    start: Start,
    started: u32,
    /// The oldest first.
    working: Vec<Process>,
    leaving: Vec<(Process, Moment)>,
}

impl Crew {
    /// No consumers yet.
    pub(super) fn new(start: impl Fn(u32) -> Result<Process> + Send + 'static) -> Self {
        Self { start: Box::new(start), started: 0, working: Vec::new(), leaving: Vec::new() }
    }

    /// Starts consumers, or asks the youngest to go, until `wanted` work.
    pub(super) fn scale(&mut self, wanted: usize, now: Moment) -> Result<()> {
        while self.working.len() < wanted {
            self.started += 1;
            self.working.push((self.start)(self.started)?);
        }
        for mut process in self.working.drain(wanted..) {
            process.signal("TERM");
            self.leaving.push((process, now));
        }
        Ok(())
    }

    /// Forgets the consumers that have gone. Fails when one ended without being asked to, or did not go in time.
    pub(super) fn check(&mut self, now: Moment) -> Result<()> {
        self.working.iter_mut().try_for_each(Process::check)?;
        let mut still_leaving = Vec::new();
        for (mut process, since) in self.leaving.drain(..) {
            if process.ended().is_none() {
                anyhow::ensure!(now.since(since) < GRACE, "a consumer did not finish its message within {GRACE:?}");
                still_leaving.push((process, since));
            }
        }
        self.leaving = still_leaving;
        Ok(())
    }

    /// How many work.
    pub(super) fn working(&self) -> usize {
        self.working.len()
    }

    /// How many finish their last message.
    pub(super) fn leaving(&self) -> usize {
        self.leaving.len()
    }

    /// Asks all of them to go and waits until they have.
    pub(super) async fn dismiss(&mut self, now: Moment) -> Result<()> {
        self.scale(0, now)?;
        let gone = self.leaving.drain(..).map(|(process, _)| process::end(process, GRACE));
        futures_util::future::join_all(gone).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leveret_harness::GuardedCommand;
    use leveret_runtime::Clock;

    /// Consumers that note when they come and go.
    fn crew(folder: &std::path::Path, script: &'static str) -> Crew {
        let folder = folder.to_owned();
        Crew::new(move |number| {
            let mut command = GuardedCommand::new("/bin/sh");
            command.args(["-c", script]).current_dir(&folder);
            Process::start(&format!("consumer-{number}"), &folder, command)
        })
    }

    #[tokio::test]
    async fn it_grows_shrinks_and_goes() {
        let (folder, clock) = (tempfile::tempdir().unwrap(), Clock::system());
        let mut crew = crew(folder.path(), "exec sleep 600");
        crew.scale(3, clock.now()).unwrap();
        assert_eq!((crew.working(), crew.leaving()), (3, 0));
        crew.scale(1, clock.now()).unwrap();
        assert_eq!((crew.working(), crew.leaving()), (1, 2));
        tokio::time::timeout(Duration::from_secs(30), async {
            while crew.leaving() > 0 {
                crew.check(clock.now()).unwrap();
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
        crew.dismiss(clock.now()).await.unwrap();
        assert_eq!((crew.working(), crew.leaving()), (0, 0));
    }

    #[tokio::test]
    async fn one_that_ends_by_itself_is_reported() {
        let (folder, clock) = (tempfile::tempdir().unwrap(), Clock::system());
        let mut crew = crew(folder.path(), "echo lost; exit 1");
        crew.scale(1, clock.now()).unwrap();
        let error = tokio::time::timeout(Duration::from_secs(30), async {
            loop {
                if let Err(error) = crew.check(clock.now()) {
                    return error.to_string();
                }
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
        assert!(error.contains("consumer-1 ended") && error.contains("lost"), "{error}");
    }
}
