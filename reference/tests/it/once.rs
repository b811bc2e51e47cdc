//! Every task is done once, whichever program dies.

use crate::support::{Journal, Program, Vhost, eventually};

#[test]
fn consumers_that_are_killed_lose_no_task_and_do_none_twice() {
    let vhost = Vhost::shared();
    let journal = Journal::new();
    let mut producer = Program::producer(&vhost, &["--count", "60", "--interval", "0s"]);
    assert!(producer.wait().success());
    let start = || Program::consumer(&vhost, &journal.path(), &["--work", "50ms"]);
    let (mut first, _second, _third) = (start(), start(), start());
    eventually("a third of the tasks", || journal.count("done").len() >= 20);
    first.kill();
    let fourth = start();
    eventually("all tasks", || journal.count("done").len() == 60);
    journal.assert_done_once(60);
    assert!(fourth.ask("GET", "/readyz").contains("200 OK"));
}

#[test]
fn a_task_that_is_recorded_but_not_acked_is_acked_without_work() {
    let vhost = Vhost::shared();
    let journal = Journal::new();
    vhost.declare("task_queue");
    let task = r#"{"task_id":"t-1","type":"task","timestamp":"2026-01-02T03:04:05Z","data":{"value":1}}"#;
    // What a consumer leaves that dies between its record and its ack; and a producer that sends twice.
    std::fs::write(journal.path(), "t-1\tdead\tdone\t2026-01-02T03:04:06Z\n").unwrap();
    vhost.publish("task_queue", task);
    vhost.publish("task_queue", task);
    let consumer = Program::consumer(&vhost, &journal.path(), &["--work", "1h"]);
    eventually("two duplicates", || consumer.metric("task_consumer_duplicates_total") == 2);
    assert_eq!(consumer.metric("task_consumer_done_total"), 0);
    journal.assert_done_once(1);
    assert!(vhost.take("task_queue", 1).is_empty());
}
