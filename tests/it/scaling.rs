//! The purpose of it all: consumers follow the backlog.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::json;

use crate::support::broker::{Sources, Version};
use crate::support::scene::{FAST, Scene};
use crate::support::{parts, wait, workload};

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn consumers_follow_the_backlog_of_a_queue_and_no_message_is_lost_or_done_twice() {
    let scene = Scene::start(Version::V3_10, &[], |broker| {
        format!("brokers:\n{}", broker.configured("main", Sources::Both, FAST))
    });
    let journal = scene.folder().join("journal");
    scene.apply(&[
        workload::consumers(&scene.broker, &journal, "1s"),
        workload::hpa("task-consumer", &[("queue", "task_queue")], 1, 4),
    ]);
    scene.wait_until_active("task-consumer");
    scene.wait_for_pods("task-consumer", 1, MINUTE);

    scene.produce(100);
    scene.wait_for_pods("task-consumer", 4, MINUTE);
    keep_description(&scene);
    wait::until("all messages to be done", MINUTE, || {
        let done = Journal::read(&journal).done();
        if done == 100 { Ok(()) } else { Err(format!("{done} done\n{}", scene.explain("task-consumer"))) }
    });
    scene.wait_for_pods("task-consumer", 1, MINUTE);

    let journal = Journal::read(&journal);
    assert_eq!(journal.finished.len(), 100, "every task was done");
    assert!(journal.finished.values().all(|times| *times == 1), "and once: {:?}", journal.finished);
    assert_eq!(journal.begun, journal.finished, "a task that was begun was also finished, and not begun twice");
    assert!(journal.consumers.len() >= 4, "by several consumers: {:?}", journal.consumers);
    wait::until("the broker to count no message", MINUTE, || {
        // The management API counts with a delay.
        let queue = scene.broker.management().get("/api/queues/%2F/task_queue").map_err(|error| error.to_string())?;
        if queue["messages"] == json!(0) { Ok(()) } else { Err(queue.to_string()) }
    });
}

/// Keeps what an operator would see during the run.
fn keep_description(scene: &Scene) {
    let path = parts::repository("target/e2e-describe-hpa.txt");
    std::fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("`target` can be made");
    std::fs::write(path, scene.describe("task-consumer")).expect("`target` is writable");
}

/// What the consumers have noted: how often each task was begun and finished, and by whom.
#[derive(Default)]
struct Journal {
    begun: BTreeMap<String, u32>,
    finished: BTreeMap<String, u32>,
    consumers: BTreeSet<String>,
}

impl Journal {
    fn read(path: &std::path::Path) -> Self {
        let mut journal = Self::default();
        let text = std::fs::read_to_string(path).unwrap_or_default();
        for line in text.lines() {
            let [task, consumer, event, _] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
            let events = if event == "done" { &mut journal.finished } else { &mut journal.begun };
            *events.entry(task.to_owned()).or_default() += 1;
            journal.consumers.insert(consumer.to_owned());
        }
        journal
    }

    fn done(&self) -> usize {
        self.finished.len()
    }
}
