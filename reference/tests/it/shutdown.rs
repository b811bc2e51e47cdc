//! SIGTERM, as on scale-in.

use std::collections::BTreeMap;

use crate::support::{Journal, Program, Vhost, eventually};

#[test]
fn the_task_in_hand_is_finished_and_the_others_are_given_back() {
    let vhost = Vhost::shared();
    let journal = Journal::new();
    assert!(Program::producer(&vhost, &["--count", "5", "--interval", "0s"]).wait().success());
    let mut consumer = Program::consumer(&vhost, &journal.path(), &["--work", "2s", "--prefetch", "3"]);
    eventually("a task in hand", || journal.count("started").len() == 1);
    consumer.terminate();
    assert!(consumer.wait().success(), "{}", consumer.log());
    journal.assert_done_once(1);
    assert_eq!(journal.count("started").len(), 1, "nothing was begun after the signal");
    assert_eq!(vhost.take("task_queue", 10).len(), 4);
}

#[test]
fn a_task_longer_than_the_grace_is_given_back() {
    let vhost = Vhost::shared();
    let journal = Journal::new();
    assert!(Program::producer(&vhost, &["--count", "1", "--interval", "0s"]).wait().success());
    let mut consumer = Program::consumer(&vhost, &journal.path(), &["--work", "1h", "--grace", "100ms"]);
    eventually("a task in hand", || journal.count("started").len() == 1);
    consumer.terminate();
    assert_eq!(consumer.wait().code(), Some(1));
    assert_eq!(journal.count("done"), BTreeMap::new());
    eventually("the task is back", || vhost.take("task_queue", 1).len() == 1);
}
