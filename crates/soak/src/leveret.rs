//! The running program `leveret`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use leveret_harness::{GuardedCommand, Process};
use tempfile::TempDir;

use crate::options::SoakOptions;
use crate::plan::{PASSWORD, USERNAME};
use crate::real::MONITORING_USERNAME;

/// How long it may take to listen, and to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// From one look at what it has printed to the next.
const GLANCE: Duration = Duration::from_millis(50);

/// A running Leveret.
#[derive(Debug)]
pub(crate) struct Leveret {
    program: PathBuf,
    folder: TempDir,
    process: Process,
    /// How often it was started.
    started: u32,
}

/// Where and as whom it is asked.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// The address of the API, with the port.
    pub(crate) address: String,
    /// The authority of its certificate, in PEM.
    pub(crate) authority: String,
    pub(crate) token: String,
}

impl Leveret {
    /// Starts it with this configuration.
    pub(crate) fn start(options: &SoakOptions, config: &str) -> Result<Self> {
        let this = std::env::current_exe().context("cannot find this program's own file")?;
        let program = options.leveret.clone().unwrap_or_else(|| this.with_file_name("leveret"));
        let shown = program.display();
        ensure!(
            program.is_file(),
            "there is no program `{shown}`: build it with `cargo build`, or name it with `--leveret`"
        );
        let folder = tempfile::Builder::new().prefix("leveret-soak").tempdir().context("cannot make a folder")?;
        write(folder.path(), "username", USERNAME)?;
        write(folder.path(), "monitoring-username", MONITORING_USERNAME)?;
        write(folder.path(), "password", PASSWORD)?;
        write(folder.path(), "leveret.yaml", config)?;
        let process = run(&program, folder.path(), 1)?;
        Ok(Self { program, folder, process, started: 1 })
    }

    /// Ends it, by SIGKILL or in order, and starts it again.
    pub(crate) fn restart(&mut self, killed: bool) -> Result<()> {
        if killed {
            self.process.kill();
        } else {
            let status =
                self.process.stop(PATIENCE).with_context(|| format!("it did not end; {}", self.process.tail()))?;
            ensure!(status.success(), "it ended with {status} after SIGTERM; {}", self.process.tail());
        }
        let _ = std::fs::remove_file(self.folder.path().join("address"));
        self.started += 1;
        self.process = run(&self.program, self.folder.path(), self.started)?;
        Ok(())
    }

    /// Replaces the configuration in one step.
    pub(crate) fn configure(&self, config: &str) -> Result<()> {
        write(self.folder.path(), "new.yaml", config)?;
        let path = self.folder.path();
        std::fs::rename(path.join("new.yaml"), path.join("leveret.yaml")).context("cannot replace the configuration")
    }

    /// Waits until it says where it listens.
    pub(crate) async fn access(&mut self) -> Result<Access> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            self.process.check()?;
            if let Some(access) = read_access(self.folder.path()) {
                return Ok(access);
            }
            tokio::time::sleep(GLANCE).await;
        }
        bail!("it did not listen within {PATIENCE:?}; {}", self.process.tail())
    }

    /// Fails with the end of its log if it has ended.
    pub(crate) fn check(&mut self) -> Result<()> {
        self.process.check()
    }

    /// Its folder, which is on its command line.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn run(program: &Path, folder: &Path, number: u32) -> Result<Process> {
    let mut command = GuardedCommand::new(program);
    command.env_clear().current_dir(folder);
    command.args(["serve", "--without-cluster", "--config", "leveret.yaml", "--listen", "127.0.0.1:0"]);
    command.args(["--admin-listen", "127.0.0.1:0", "--shutdown-delay", "0s", "--log-format", "text"]);
    command.arg("--credentials-dir").arg(folder);
    Process::start(&format!("leveret-{number}"), folder, command)
}

fn read_access(folder: &Path) -> Option<Access> {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
    let (address, authority, token) = (read("address")?, read("ca.crt")?, read("token")?);
    Some(Access { address: address.trim().to_owned(), authority, token: token.trim().to_owned() })
}

fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    std::fs::write(folder.join(name), text).with_context(|| format!("cannot write `{name}`"))
}
