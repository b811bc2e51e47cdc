//! The broker goes, and comes back.

use leveret_harness::{Options, PrivateBroker};

use crate::support::{Journal, Program, Vhost, eventually};

#[test]
fn both_programs_outlive_a_crash_of_the_broker_and_every_task_is_done_once() {
    let mut broker = PrivateBroker::start(Options::default()).unwrap();
    let vhost = Vhost::on(&broker);
    let journal = Journal::new();
    let mut producer = Program::producer(&vhost, &["--interval", "1h", "--burst", "30@0s"]);
    let mut consumer = Program::consumer(&vhost, &journal.path(), &["--work", "100ms"]);
    eventually("some tasks", || journal.count("done").len() >= 5);

    broker.kill();
    producer.ask("POST", "/burst?count=20");
    producer.logs("trying again");
    consumer.logs("trying again");
    assert!(producer.is_running() && consumer.is_running());
    assert!(consumer.ask("GET", "/readyz").contains("200 OK"), "readiness is a latch");

    broker.restart().unwrap();
    eventually("all tasks", || journal.count("done").len() == 51);
    journal.assert_done_once(51);
    assert!(consumer.metric("task_consumer_reconnects_total") >= 1);
    for program in [&mut producer, &mut consumer] {
        program.terminate();
        assert!(program.wait().success(), "{}", program.log());
    }
}

#[test]
fn a_consumer_waits_for_a_broker_and_can_be_stopped_meanwhile() {
    let mut broker = PrivateBroker::start(Options::default()).unwrap();
    let vhost = Vhost::on(&broker);
    broker.kill();
    let journal = Journal::new();
    let mut consumer = Program::consumer(&vhost, &journal.path(), &[]);
    consumer.logs("trying again");
    assert!(consumer.ask("GET", "/readyz").contains("503"));
    assert!(consumer.ask("GET", "/livez").contains("200 OK"));
    consumer.terminate();
    assert!(consumer.wait().success());
}

#[test]
fn a_consumer_declares_a_deleted_queue_again() {
    let vhost = Vhost::shared();
    let journal = Journal::new();
    let consumer = Program::consumer(&vhost, &journal.path(), &["--work", "1ms"]);
    consumer.logs("consuming");
    vhost.management.delete(&format!("/api/queues/{}/task_queue", vhost.name)).unwrap();
    eventually("a new connection", || consumer.metric("task_consumer_reconnects_total") == 1);
    assert!(Program::producer(&vhost, &["--count", "3", "--interval", "0s"]).wait().success());
    eventually("its tasks", || consumer.metric("task_consumer_done_total") == 3);
}
