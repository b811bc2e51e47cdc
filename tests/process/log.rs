//! The log does not stop the program, and loses no line while it can be written.

use crate::program::{CONFIG, Program, Stderr, temporary};

const FLAGS: [&str; 4] = ["--config", "leveret.yaml", "--log-level", "debug"];

/// How many log lines were dropped, by the program's own count.
fn dropped(leveret: &mut Program) -> u64 {
    let metrics = leveret.page("/metrics");
    let count = metrics.lines().find_map(|line| line.strip_prefix("leveret_log_lines_dropped_total "));
    count.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("no count in\n{metrics}"))
}

#[test]
fn it_runs_and_ends_although_its_log_cannot_be_written() {
    for stderr in [Stderr::Full, Stderr::Gone] {
        let mut leveret = Program::without_cluster(stderr, &FLAGS);
        leveret.page("/livez");
        assert_ne!(dropped(&mut leveret), 0, "{stderr:?}");
        leveret.stop();
    }
}

#[test]
fn it_runs_and_ends_although_its_log_is_not_read() {
    let mut leveret = Program::without_cluster(Stderr::Stalled, &FLAGS);
    leveret.page("/livez");
    leveret.page("/metrics");
    leveret.stop();
}

#[test]
fn the_last_lines_are_written_before_it_ends() {
    let mut leveret = Program::without_cluster(Stderr::File, &FLAGS);
    leveret.logs("external metrics API listening");
    assert_eq!(dropped(&mut leveret), 0);
    leveret.stop();
    assert!(leveret.log().contains("draining"), "{}", leveret.log());
}

#[test]
fn why_it_cannot_run_is_said_and_is_its_exit_status() {
    let flags = ["--config", "missing.yaml"];
    let mut leveret = Program::without_cluster(Stderr::File, &flags);
    assert_eq!(leveret.exit_status(), Some(2));
    assert!(leveret.log().contains("leveret: 1 problem in missing.yaml"), "{}", leveret.log());
    for stderr in [Stderr::Full, Stderr::Gone, Stderr::Stalled] {
        assert_eq!(Program::without_cluster(stderr, &flags).exit_status(), Some(2), "{stderr:?}");
    }
}

#[test]
fn a_name_that_looks_like_a_pattern_is_warned_about() {
    let folder = temporary();
    let backlogs = "backlogs:\n- name: orders\n  queues: {names: ['orders.*']}\n";
    std::fs::write(folder.path().join("backlogs.yaml"), format!("{CONFIG}{backlogs}")).expect("writable");
    let flags = ["--without-cluster", "--credentials-dir", "credentials", "--config", "backlogs.yaml"];
    let mut leveret = Program::start(Stderr::File, folder, &[&flags[..], &["--log-format", "text"]].concat(), &[]);
    leveret.logs("a name looks like a pattern; names are taken literally key=`queues.names[0]` of backlog `orders`");
    leveret.stop();
}
