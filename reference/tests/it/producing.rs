//! What the producer sends, and when.

use std::collections::HashSet;

use crate::support::{Program, Vhost, eventually};

#[test]
fn as_many_tasks_as_asked_for_are_published_and_then_it_ends() {
    let vhost = Vhost::shared();
    let mut producer = Program::producer(&vhost, &["--count", "600", "--interval", "0s"]);
    assert!(producer.wait().success(), "{}", producer.log());
    let messages = vhost.take("task_queue", 1000);
    assert_eq!(messages.len(), 600);
    let mut ids = HashSet::new();
    for message in messages {
        let properties = &message["properties"];
        let body: serde_json::Value = serde_json::from_str(message["payload"].as_str().unwrap()).unwrap();
        assert_eq!(properties["delivery_mode"], 2);
        assert_eq!(properties["content_type"], "application/json");
        assert_eq!(properties["message_id"], body["task_id"]);
        assert_eq!(properties["type"], body["type"]);
        assert!(properties["timestamp"].as_i64().unwrap() > 1_700_000_000, "{message}");
        assert!(body["timestamp"].as_str().unwrap().ends_with('Z'), "{body}");
        assert!(body["data"]["value"].is_number(), "{body}");
        ids.insert(body["task_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 600);
}

#[test]
fn bursts_come_on_schedule_and_on_request() {
    let vhost = Vhost::shared();
    let mut producer = Program::producer(&vhost, &["--interval", "1h", "--burst", "10@0s", "--burst", "5@200ms"]);
    eventually("the beat and two bursts", || producer.metric("task_producer_published_total") == 16);
    assert!(producer.ask("POST", "/burst?count=300").contains("202 Accepted"));
    eventually("the requested burst", || producer.metric("task_producer_published_total") == 316);
    for path in ["/burst?count=0", "/burst?count=100001", "/burst?count=x", "/burst"] {
        assert!(producer.ask("POST", path).contains("400 Bad Request"), "{path}");
    }
    assert!(producer.ask("GET", "/readyz").contains("200 OK"));
    producer.terminate();
    assert!(producer.wait().success());
    assert_eq!(vhost.take("task_queue", 1000).len(), 316);
}

#[test]
fn a_deleted_queue_is_declared_again_and_no_task_is_lost() {
    let vhost = Vhost::shared();
    let producer = Program::producer(&vhost, &["--interval", "1h"]);
    eventually("the first task", || producer.metric("task_producer_published_total") == 1);
    vhost.management.delete(&format!("/api/queues/{}/task_queue", vhost.name)).unwrap();
    producer.ask("POST", "/burst?count=300");
    eventually("the burst", || producer.metric("task_producer_published_total") == 301);
    assert!(producer.metric("task_producer_confirm_failures_total") > 0, "returned tasks are counted");
    assert_eq!(vhost.take("task_queue", 1000).len(), 300);
}
