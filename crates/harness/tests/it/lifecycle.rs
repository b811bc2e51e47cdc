//! Start, crash, restart, stop.

use std::net::TcpStream;

use leveret_harness::{Options, PrivateBroker};
use serde_json::json;

#[test]
fn a_durable_queue_survives_a_crash_and_nothing_stays_behind() {
    let mut broker = PrivateBroker::start(Options::default()).unwrap();
    let folder = broker.folder().to_owned();
    let management = broker.management();
    management.put("/api/queues/%2F/task_queue", &json!({"durable": true})).unwrap();
    let users = management.get("/api/users").unwrap();
    assert_eq!(users.as_array().unwrap().len(), 1, "only the invented user exists: {users}");
    assert_eq!(management.as_user("guest", "guest").request("GET", "/api/overview", None).unwrap().status, 401);

    broker.kill();
    assert!(!broker.is_running());
    assert!(TcpStream::connect(("127.0.0.1", broker.amqp_port())).is_err());

    broker.restart().unwrap();
    assert!(broker.is_running());
    let queue = management.get("/api/queues/%2F/task_queue").unwrap();
    assert_eq!(queue["durable"], true);
    management.delete("/api/queues/%2F/task_queue").unwrap();
    assert_eq!(management.request("GET", "/api/queues/%2F/task_queue", None).unwrap().status, 404);

    broker.stop();
    assert!(TcpStream::connect(("127.0.0.1", broker.amqp_port())).is_err());
    drop(broker);
    assert!(!folder.exists());
    crate::owner::assert_nothing_mentions(&folder);
}

#[test]
fn a_broker_that_cannot_boot_says_why() {
    let conf = vec!["no_such_key = 1".to_owned()];
    let error = PrivateBroker::start(Options { conf, ..Options::default() }).unwrap_err().to_string();
    assert!(error.contains("ended while starting"), "{error}");
    assert!(error.contains("no_such_key"), "{error}");
}
