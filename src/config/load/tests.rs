//! The messages that users see, word by word.

mod accepted;
mod backlogs;
mod brokers;
mod files;
mod flags;
mod mistakes;
mod secrets;

use crate::config::Config;

/// A good beginning that most mistakes are added to.
const BROKER: &str = "brokers:\n- name: main\n  prometheus: {dns: rabbit}\n";

#[track_caller]
fn refused(yaml: &str) -> String {
    let refused = Config::from_yaml("leveret.yaml", yaml).map(|_| ());
    refused.expect_err("it is wrong").to_string()
}

/// Checks the whole text about a whole file.
#[track_caller]
fn check(yaml: &str, expected: &str) {
    let problems = refused(yaml);
    assert!(problems == expected.trim(), "`{yaml}` is refused with:\n{problems}\n");
}
