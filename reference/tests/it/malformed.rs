//! Messages that are no tasks.

use crate::support::{Journal, Program, Vhost, eventually};

#[test]
fn malformed_messages_go_to_the_dead_letter_queue_untouched_and_named() {
    let vhost = Vhost::shared();
    vhost.declare("task_queue");
    for body in ["no json", "{}", "[1]"] {
        vhost.publish("task_queue", body);
    }
    vhost.publish(
        "task_queue",
        r#"{"task_id":"good","type":"task","timestamp":"2026-01-02T03:04:05Z","data":{"value":1}}"#,
    );
    let journal = Journal::new();
    let consumer = Program::consumer(&vhost, &journal.path(), &["--work", "1ms"]);
    eventually("the good one", || consumer.metric("task_consumer_done_total") == 1);
    assert_eq!(consumer.metric("task_consumer_malformed_total"), 3);
    let dead = vhost.take("task_queue.dead", 10);
    let payloads: Vec<_> = dead.iter().map(|message| message["payload"].as_str().unwrap()).collect();
    assert_eq!(payloads, ["no json", "{}", "[1]"]);
    assert_eq!(dead[1]["properties"]["headers"]["x-malformed"], "`task_id` is missing");
    assert_eq!(dead[0]["properties"]["delivery_mode"], 2);
}
