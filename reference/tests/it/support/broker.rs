//! Brokers for tests.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use leveret_harness::{Management, Options, PrivateBroker};
use serde_json::{Value, json};

/// Shared by all tests but those that kill it. It goes when this process goes.
static SHARED: OnceLock<PrivateBroker> = OnceLock::new();

/// A virtual host of one test, so that each has a `task_queue` of its own.
pub(crate) struct Vhost {
    pub(crate) name: String,
    pub(crate) management: Management,
    pub(crate) amqp_url: String,
    pub(crate) username: String,
    pub(crate) password: String,
}

impl Vhost {
    /// A new one on the shared broker.
    pub(crate) fn shared() -> Self {
        Self::on(SHARED.get_or_init(|| PrivateBroker::start(Options::default()).expect("a broker starts")))
    }

    /// A new one on a broker of the test's own.
    pub(crate) fn on(broker: &PrivateBroker) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let management = broker.management();
        management.put(&format!("/api/vhosts/{name}"), &json!({})).expect("a vhost can be made");
        let rights = json!({"configure": ".*", "write": ".*", "read": ".*"});
        let path = format!("/api/permissions/{name}/{}", broker.username());
        management.put(&path, &rights).expect("rights can be given");
        Self {
            name,
            management,
            amqp_url: broker.amqp_url(),
            username: broker.username().to_owned(),
            password: broker.password().to_owned(),
        }
    }

    /// Takes up to `count` messages out of a queue.
    pub(crate) fn take(&self, queue: &str, count: u32) -> Vec<Value> {
        let request = json!({"count": count, "ackmode": "ack_requeue_false", "encoding": "auto"});
        let path = format!("/api/queues/{}/{queue}/get", self.name);
        self.management.post(&path, &request).ok().and_then(|body| body.as_array().cloned()).unwrap_or_default()
    }

    /// Publishes a body to a queue.
    pub(crate) fn publish(&self, queue: &str, body: &str) {
        let message = json!({
            "properties": {"delivery_mode": 2}, "routing_key": queue, "payload": body, "payload_encoding": "string"
        });
        let path = format!("/api/exchanges/{}/amq.default/publish", self.name);
        let answer = self.management.post(&path, &message).expect("the broker takes a message");
        assert_eq!(answer["routed"], true, "{queue}");
    }

    /// Makes the durable queue.
    pub(crate) fn declare(&self, queue: &str) {
        let path = format!("/api/queues/{}/{queue}", self.name);
        self.management.put(&path, &json!({"durable": true})).expect("a queue can be made");
    }
}
