//! One of the programs as a process.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::ExitStatus;

use leveret_harness::{GuardedCommand, Process};
use tempfile::TempDir;

use super::{Vhost, eventually};

/// Killed when dropped.
pub(crate) struct Program {
    process: Process,
    /// Holds the log.
    _folder: TempDir,
}

impl Program {
    pub(crate) fn consumer(vhost: &Vhost, journal: &Path, flags: &[&str]) -> Self {
        let journal = journal.to_str().expect("a temporary folder has an ordinary name");
        Self::start(env!("CARGO_BIN_EXE_task-consumer"), vhost, &[&["--journal", journal], flags].concat())
    }

    pub(crate) fn producer(vhost: &Vhost, flags: &[&str]) -> Self {
        Self::start(env!("CARGO_BIN_EXE_task-producer"), vhost, flags)
    }

    fn start(path: &str, vhost: &Vhost, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = GuardedCommand::new(path);
        command.args(["--amqp-url", &vhost.amqp_url, "--vhost", &vhost.name]).args(flags);
        command.env("AMQP_USERNAME", &vhost.username).env("AMQP_PASSWORD", &vhost.password).env("NO_COLOR", "1");
        let process = Process::start("program", folder.path(), command).expect("the program can be started");
        Self { process, _folder: folder }
    }

    pub(crate) fn log(&self) -> String {
        self.process.log()
    }

    /// Waits for a line of the log.
    #[track_caller]
    pub(crate) fn logs(&self, text: &str) {
        eventually(&format!("`{text}` in the log"), || self.log().contains(text));
    }

    /// Sends one request to the admin port; the whole answer.
    #[track_caller]
    pub(crate) fn ask(&self, method: &str, path: &str) -> String {
        self.logs("serving metrics");
        let log = self.log();
        let address = log.split("address=").nth(1).expect("the address is logged").lines().next().expect("a line");
        let mut stream = TcpStream::connect(address).expect("the admin port answers");
        write!(stream, "{method} {path} HTTP/1.0\r\n\r\n").expect("a request can be sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer can be read");
        answer
    }

    /// The value of one of its series.
    #[track_caller]
    pub(crate) fn metric(&self, name: &str) -> u64 {
        let text = self.ask("GET", "/metrics");
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
        value.unwrap_or_else(|| panic!("no `{name}` in {text}"))
    }

    pub(crate) fn terminate(&mut self) {
        self.process.signal("TERM");
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }

    #[track_caller]
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        eventually("the end of the program", || {
            status = self.process.ended();
            status.is_some()
        });
        status.expect("it has ended")
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.process.ended().is_none()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- log of a program\n{}", self.log());
        }
    }
}
