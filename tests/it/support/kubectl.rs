//! kubectl, as an operator uses it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::parts;
use leveret_harness::{GuardedCommand, Process};

/// kubectl for one cluster and one user.
#[derive(Clone, Debug)]
pub(crate) struct Kubectl {
    kubeconfig: PathBuf,
    cache: PathBuf,
}

impl Kubectl {
    /// kubectl with the user of this kubeconfig.
    pub(crate) fn new(kubeconfig: &Path, folder: &Path) -> Self {
        Self { kubeconfig: kubeconfig.to_owned(), cache: folder.join("kubectl-cache") }
    }

    /// The kubeconfig in use.
    pub(crate) fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// Runs kubectl with `input`: what it printed, or what it complained about.
    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Result<String, String> {
        let mut child = self
            .arguments(&mut Command::new(parts::control_plane()))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("kubectl can be started");
        let mut stdin = child.stdin.take().expect("it is piped");
        // kubectl may end without reading all of its input, and says itself why.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().expect("kubectl can be waited for");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }

    /// Starts a kubectl that does not end by itself.
    pub(crate) fn start(&self, name: &str, folder: &Path, arguments: &[&str]) -> Process {
        let mut command = GuardedCommand::new(parts::control_plane());
        self.arguments(&mut command).args(arguments);
        Process::start(name, folder, command).expect("kubectl can be started")
    }

    fn arguments<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.arg("kubectl").arg("--kubeconfig").arg(&self.kubeconfig).arg("--cache-dir").arg(&self.cache)
    }

    /// Applies a manifest.
    #[track_caller]
    pub(crate) fn apply(&self, manifest: &str) -> String {
        let applied = self.run(&["apply", "--server-side", "--force-conflicts", "-f", "-"], manifest);
        applied.unwrap_or_else(|error| panic!("cannot apply:\n{manifest}\n{error}"))
    }

    /// An object as JSON.
    pub(crate) fn get(&self, namespace: &str, object: &str) -> Result<Value, String> {
        let text = self.run(&["-n", namespace, "get", object, "-o", "json"], "")?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }

    /// The answer to a GET of a path.
    pub(crate) fn raw(&self, path: &str) -> Result<String, String> {
        self.run(&["get", "--raw", path], "")
    }
}
