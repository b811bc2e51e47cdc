//! Scaling to zero and back.

use std::time::Duration;

use crate::support::broker::{Sources, Version};
use crate::support::scene::{FAST, Scene};
use crate::support::workload;

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn an_empty_queue_needs_no_consumer_and_its_first_message_gets_one() {
    let scene = Scene::start(Version::V4_0, &[], |broker| {
        broker.declare("/", "task_queue", "classic");
        format!("brokers:\n{}", broker.configured("main", Sources::Both, FAST))
    });
    let journal = scene.folder().join("journal");
    scene.apply(&[
        workload::consumers(&scene.broker, &journal, "1s"),
        workload::hpa("task-consumer", &[("queue", "task_queue")], 0, 4),
    ]);
    scene.wait_for_pods("task-consumer", 0, MINUTE);
    scene.produce(1);
    scene.wait_for_pods("task-consumer", 1, MINUTE);
    scene.wait_for_pods("task-consumer", 0, MINUTE);
    let journal = std::fs::read_to_string(journal).expect("the consumer noted its work");
    let events: Vec<_> = journal.lines().filter_map(|line| line.split('\t').nth(2)).collect();
    assert_eq!(events, ["started", "done"], "the one message was worked on once, and to its end");
}
