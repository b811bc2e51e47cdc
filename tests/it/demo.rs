//! `leveret-demo` as a user runs it: it shows what it promises, and leaves nothing behind however it ends.

use std::fs;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use crate::support::parts::program;
use crate::support::wait::until;
use leveret_harness::{GuardedCommand, Process};

/// How long anything here may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// A demo whose temporary files, and those of all that it starts, are in a folder of its own.
struct Demo {
    folder: TempDir,
    process: Process,
}

impl Demo {
    fn start(duration: &str) -> Self {
        Self::start_with(duration, Path::new("report.html"))
    }

    /// Starts one whose report goes to `report`, which is relative to its folder.
    fn start_with(duration: &str, report: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("tmp")).expect("the folder is writable");
        let mut command = GuardedCommand::new(program("leveret-demo"));
        command.args(["--plain", "--work", "1s", "--duration", duration]);
        command.arg("--report").arg(folder.path().join(report));
        command.env("TMPDIR", folder.path().join("tmp"));
        let process = Process::start("demo", folder.path(), command).expect("the demo can be started");
        Self { folder, process }
    }

    /// Waits until the demo has said something that contains `text`.
    fn says(&mut self, text: &str) {
        until(&format!("the demo to say `{text}`"), PATIENCE, || {
            assert!(self.process.log().contains(text) || self.process.ended().is_none(), "{}", self.process.tail());
            if self.process.log().contains(text) { Ok(()) } else { Err(self.process.tail()) }
        });
    }

    /// Waits for the end, checks the exit status and that no file and no process is left.
    fn ends_with(&mut self, status: i32) {
        let ended = until("the demo to end", PATIENCE, || self.process.ended().ok_or_else(|| self.process.tail()));
        assert_eq!(ended.code(), Some(status), "{}", self.process.tail());
        let temporary = self.folder.path().join("tmp");
        until("everything to be gone", PATIENCE, || match (files(&temporary), processes(&temporary)) {
            (files, processes) if files.is_empty() && processes.is_empty() => Ok(()),
            left => Err(format!("left behind: {left:?}")),
        });
    }
}

/// What is in a folder.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be listed").filter_map(Result::ok);
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// The processes that have a folder's name in their command line or environment.
fn processes(folder: &Path) -> Vec<String> {
    let folder = folder.to_str().expect("temporary folders have ordinary names");
    let names = |path: &Path| {
        ["cmdline", "environ"]
            .iter()
            .any(|file| fs::read(path.join(file)).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(folder)))
    };
    let processes =
        fs::read_dir("/proc").expect("processes can be listed").filter_map(Result::ok).map(|entry| entry.path());
    processes.filter(|path| names(path)).map(|path| path.display().to_string()).collect()
}

#[test]
fn consumers_follow_the_backlog_and_every_message_is_done_once() {
    let mut demo = Demo::start("50s");
    demo.says("report  ");
    demo.ends_with(0);
    let log = demo.process.log();
    assert!(log.contains("limited to 4 by the scale-up limit"), "{log}");
    assert!(log.contains("0 done twice, 0 not yet done"), "{log}");
    assert!(!log.contains("not seen"), "{log}");
    let report = fs::read_to_string(demo.folder.path().join("report.html")).expect("the demo has written its report");
    assert!(report.contains("<svg") && report.contains("burst of 60"), "{report}");
}

#[test]
fn a_report_that_cannot_be_written_is_found_before_anything_starts() {
    let mut demo = Demo::start_with("10m", Path::new("/no/such/folder/report.html"));
    demo.ends_with(2);
    let log = demo.process.log();
    assert!(log.contains("cannot write the report `/no/such/folder/report.html`"), "{log}");
    assert!(!log.contains("starting"), "{log}");
}

#[test]
fn ctrl_c_leaves_nothing_behind() {
    let mut demo = Demo::start("10m");
    demo.says("÷ 10 per consumer");
    demo.process.signal("INT");
    demo.ends_with(130);
}

#[test]
fn ctrl_c_while_the_broker_starts_leaves_nothing_behind() {
    let mut demo = Demo::start("10m");
    demo.says("starting a private RabbitMQ");
    demo.process.signal("INT");
    demo.ends_with(130);
}
