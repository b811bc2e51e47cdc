//! A guarded process: how it ends, and what is said of it.

use std::path::Path;
use std::time::{Duration, Instant};

use leveret_harness::{GuardedCommand, Process};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

fn start(folder: &Path, script: &str) -> Process {
    let mut command = GuardedCommand::new("/bin/sh");
    command.args(["-c", script]).env("FOLDER", folder);
    Process::start("worker", folder, command).expect("`/bin/sh` can be started")
}

fn wait_for(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The reason of the failed check, once the process has ended.
fn failure(process: &mut Process) -> String {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Err(error) = process.check() {
            return error.to_string();
        }
        assert!(Instant::now() < deadline, "it did not end");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_crash_is_reported_with_the_last_output() {
    let folder = tempfile::tempdir().unwrap();
    let message = failure(&mut start(folder.path(), "seq 1 40; echo no broker >&2; exit 3"));
    assert!(message.starts_with("worker ended with exit status: 3; worker printed last:"), "{message}");
    assert!(message.ends_with("40\nno broker") && !message.contains("\n20\n"), "{message}");
}

#[test]
fn a_missing_program_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start("worker", folder.path(), GuardedCommand::new("/no/such/program")).unwrap();
    let message = failure(&mut process);
    assert!(message.contains("/no/such/program: No such file"), "{message}");
}

#[test]
fn it_ends_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = start(folder.path(), "trap 'exit 5' TERM; echo ready; while :; do sleep 0.1; done");
    wait_for(|| process.log().contains("ready"));
    process.check().unwrap();
    assert_eq!(process.stop(PATIENCE).and_then(|status| status.code()), Some(5));
}

#[test]
fn one_that_ignores_the_request_is_killed_with_all_that_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = start(folder.path(), "trap '' TERM; sleep 600 & echo ready; while :; do sleep 0.1; done");
    wait_for(|| process.log().contains("ready"));
    assert_eq!(process.stop(Duration::from_millis(300)), None);
    crate::owner::assert_nothing_mentions(folder.path());
}

#[test]
fn one_that_is_dropped_at_once_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    drop(start(folder.path(), "exec sleep 600"));
    crate::owner::assert_nothing_mentions(folder.path());
}
