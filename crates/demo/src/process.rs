//! One program that the demo runs: started in a process group of its own, with its output in a file, and never left
//! behind.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use leveret_runtime::file::read_file;

/// How many lines of its output a failed program's message shows.
const TAIL_LINES: usize = 15;

/// A running program.
#[derive(Debug)]
pub(super) struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `command` as `name`; its output goes to a file of that name in `folder`.
    ///
    /// The process group keeps a terminal's Ctrl-C from the program: the demo alone gets it, and ends its programs in
    /// order.
    pub(super) fn start(name: &str, mut command: Command, folder: &Path) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let output = File::create(&log).with_context(|| format!("cannot write `{}`", log.display()))?;
        let errors = output.try_clone().context("cannot share the output file")?;
        let program = command.as_std().get_program().to_owned();
        let child = command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {name}, the program `{}`", program.display()))?;
        Ok(Self { name: name.to_owned(), child, log })
    }

    /// Fails with the end of its output when the program has ended, which it should not by itself.
    pub(super) fn check(&mut self) -> Result<()> {
        match self.ended()? {
            Some(status) => bail!("{} ended with {status}; its last output was:\n{}", self.name, self.tail()),
            None => Ok(()),
        }
    }

    /// How the program ended; absent while it runs.
    pub(super) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().with_context(|| format!("cannot ask how {} is", self.name))
    }

    /// Asks the program to end, as Kubernetes does: SIGTERM.
    pub(super) fn ask_to_end(&self) -> Result<()> {
        // A program that was waited for has no id any more, and needs no asking.
        let Some(id) = self.child.id() else { return Ok(()) };
        let pid = i32::try_from(id).ok().and_then(Pid::from_raw).context("a process has an impossible id")?;
        kill_process(pid, Signal::TERM).with_context(|| format!("cannot ask {} to end", self.name))
    }

    /// Waits for the end of a program that was asked to, and kills it after `grace`.
    pub(super) async fn gone(mut self, grace: Duration) -> Result<()> {
        if let Ok(waited) = tokio::time::timeout(grace, self.child.wait()).await {
            return waited.map(drop).with_context(|| format!("cannot wait for the end of {}", self.name));
        }
        self.child.kill().await.with_context(|| format!("cannot kill {}", self.name))
    }

    /// The file with its output.
    pub(super) fn log(&self) -> &Path {
        &self.log
    }

    /// The end of the program's output.
    fn tail(&self) -> String {
        let output = read_file(&self.log).unwrap_or_else(String::into_bytes);
        let output = String::from_utf8_lossy(&output);
        let lines: Vec<&str> = output.lines().collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    async fn wait_for_end(process: &mut Process) {
        tokio::time::timeout(Duration::from_secs(30), process.child.wait()).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_crash_is_reported_with_the_last_output() {
        let folder = tempfile::tempdir().unwrap();
        let mut process =
            Process::start("worker", shell("seq 1 40; echo no broker >&2; exit 3"), folder.path()).unwrap();
        wait_for_end(&mut process).await;
        let message = process.check().unwrap_err().to_string();
        assert!(message.starts_with("worker ended with exit status: 3"), "{message}");
        assert!(message.ends_with("40\nno broker") && !message.contains("\n20\n"), "{message}");
    }

    #[tokio::test]
    async fn a_running_program_is_fine_and_ends_when_asked() {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Process::start("worker", shell("exec sleep 600"), folder.path()).unwrap();
        process.check().unwrap();
        process.ask_to_end().unwrap();
        process.gone(Duration::from_secs(30)).await.unwrap();
    }

    #[tokio::test]
    async fn a_program_that_does_not_listen_is_killed() {
        let folder = tempfile::tempdir().unwrap();
        let process =
            Process::start("worker", shell("trap '' TERM; while :; do sleep 0.1; done"), folder.path()).unwrap();
        let pid = Pid::from_raw(i32::try_from(process.child.id().unwrap()).unwrap()).unwrap();
        process.ask_to_end().unwrap();
        process.gone(Duration::from_millis(300)).await.unwrap();
        assert!(rustix::process::test_kill_process(pid).is_err());
    }

    #[tokio::test]
    async fn a_missing_program_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = Process::start("worker", Command::new("/no/such/program"), folder.path()).unwrap_err();
        assert!(error.to_string().contains("`/no/such/program`"), "{error}");
    }
}
