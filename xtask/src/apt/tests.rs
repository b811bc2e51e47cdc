//! The installation script with a fake apt-get, in a temporary folder.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::INSTALL;

/// A fake apt-get that logs its arguments and whether a service could start, and then runs the commands in `then`.
fn apt_get(folder: &Path, then: &str) -> PathBuf {
    let program = folder.join("apt-get");
    let log = folder.join("log").display().to_string();
    let policy = folder.join("policy-rc.d").display().to_string();
    let script = format!("#!/bin/sh\nrc=0; {policy} || rc=$?\necho \"$* policy=$rc\" >>{log}\n{then}\n");
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    program
}

fn install(folder: &Path, then: &str) -> (bool, String) {
    let status = Command::new("sh")
        .args(["-c", INSTALL, "install"])
        .arg(folder.join("policy-rc.d"))
        .arg(apt_get(folder, then))
        .arg("a-package")
        .status()
        .unwrap();
    (status.success(), fs::read_to_string(folder.join("log")).unwrap())
}

#[test]
fn no_service_may_start_and_no_policy_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let (succeeded, log) = install(folder.path(), "exit 0");
    assert!(succeeded);
    assert_eq!(log, "install -y --no-install-recommends a-package policy=101\n");
    assert!(!folder.path().join("policy-rc.d").exists());
}

#[test]
fn lists_are_fetched_when_the_first_try_fails_and_the_machines_policy_returns_after_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy-rc.d"), "the machine's own").unwrap();
    let (succeeded, log) = install(folder.path(), "[ \"$1\" = update ]");
    assert!(!succeeded);
    let commands: Vec<_> = log.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(commands, ["install", "update", "install"]);
    let policy = fs::read_to_string(folder.path().join("policy-rc.d")).unwrap();
    assert_eq!(policy, "the machine's own");
    assert!(!folder.path().join("policy-rc.d.leveret-saved").exists());
}

#[test]
fn a_policy_saved_by_a_killed_run_returns() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy-rc.d"), "of the killed run").unwrap();
    fs::write(folder.path().join("policy-rc.d.leveret-saved"), "the machine's own").unwrap();
    assert!(install(folder.path(), "exit 0").0);
    assert_eq!(fs::read_to_string(folder.path().join("policy-rc.d")).unwrap(), "the machine's own");
}
