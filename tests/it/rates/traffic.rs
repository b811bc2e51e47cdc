//! Clients of every protocol, each of which moves five messages a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Scope;
use std::time::{Duration, Instant};

use leveret_harness::Management;
use serde_json::{Value, json};

use crate::support::amqp10::{self, Does};
use crate::support::broker::{Broker, Version};
use crate::support::mqtt::Mqtt;
use crate::support::parts;
use crate::support::stomp::Stomp;

/// Each queue gets five messages a second.
const PERIOD: Duration = Duration::from_millis(200);

/// The queues into which AMQP 0-9-1 clients publish.
const PUBLISHED: [&str; 6] = ["acknowledged", "without-ack", "rejected", "expired", "purged", "stream"];

/// The queues from which AMQP 0-9-1 clients take a message once.
const USED_ONCE: [&str; 8] = [
    "amqp10-only",
    "amqp10-quorum",
    "amqp10-acknowledged",
    "amqp10-consumed",
    "by-amqp10",
    "by-mqtt",
    "dead-lettered",
    "purged",
];

/// Where a broker speaks other protocols.
#[derive(Clone, Copy)]
pub(super) struct Ports {
    mqtt: u16,
    stomp: u16,
}

impl Ports {
    pub(super) fn free() -> Self {
        Self { mqtt: parts::free_port(), stomp: parts::free_port() }
    }

    /// Starts a broker that speaks all protocols there, with further lines of its configuration.
    #[track_caller]
    pub(super) fn start(self, version: Version, conf: &[&str]) -> Broker {
        let mqtt = format!("mqtt.listeners.tcp.local = 127.0.0.1:{}", self.mqtt);
        let stomp = format!("stomp.listeners.tcp.local = 127.0.0.1:{}", self.stomp);
        let plugins: &[_] = match version {
            Version::V3_10 => &["rabbitmq_mqtt", "rabbitmq_stomp", "rabbitmq_amqp1_0"],
            // It speaks AMQP 1.0 itself.
            Version::V4_0 => &["rabbitmq_mqtt", "rabbitmq_stomp"],
        };
        Broker::start_with(version, &[&[mqtt.as_str(), stomp.as_str()], conf].concat(), plugins)
    }
}

/// Declares the queues.
pub(super) fn arrange(management: &Management) {
    let put = |path: &str, body: Value| management.put(path, &body).expect("the broker can be arranged");
    let queue = |name: &str, arguments: Value| {
        put(&format!("/api/queues/%2F/{name}"), json!({"durable": true, "arguments": arguments}));
    };
    for name in ["acknowledged", "without-ack", "rejected", "by-stomp", "purged", "unused", "dead-lettered", "by-mqtt"]
    {
        queue(name, json!({}));
    }
    for name in ["by-amqp10", "amqp10-acknowledged", "amqp10-only", "amqp10-consumed"] {
        queue(name, json!({}));
    }
    for name in ["unused-quorum", "amqp10-quorum"] {
        queue(name, json!({"x-queue-type": "quorum"}));
    }
    queue("stream", json!({"x-queue-type": "stream"}));
    queue("expired", json!({"x-message-ttl": 100}));
    queue(
        "dying",
        json!({"x-message-ttl": 100, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead-lettered"}),
    );
    management.post("/api/bindings/%2F/e/amq.topic/q/by-mqtt", &json!({"routing_key": "by-mqtt"})).expect("a binding");
}

/// The traffic of one broker, until it is dropped.
pub(super) struct Traffic<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    broker: &'env Broker,
    ports: Ports,
    version: Version,
    over: Arc<AtomicBool>,
}

impl Drop for Traffic<'_, '_> {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

impl<'scope, 'env> Traffic<'scope, 'env> {
    pub(super) fn new(
        scope: &'scope Scope<'scope, 'env>,
        broker: &'env Broker,
        ports: Ports,
        version: Version,
    ) -> Self {
        Self { scope, broker, ports, version, over: Arc::new(AtomicBool::new(false)) }
    }

    /// Clients that RabbitMQ counts per queue.
    pub(super) fn of_counted_clients(&self) {
        self.publish("amq.default", &PUBLISHED);
        self.work_off("acknowledged");
        self.each_period(|broker| get(broker, "without-ack", "ack_requeue_false"));
        self.each_period(|broker| get(broker, "rejected", "reject_requeue_false"));
        self.each_period(|broker| {
            broker.management().delete("/api/queues/%2F/purged/contents").expect("the broker purges it");
        });
        let mut publisher = self.stomp();
        self.each_period(move |_| publisher.publish("by-stomp"));
        for queue in ["by-stomp", "unused-quorum"] {
            let mut consumer = self.stomp();
            consumer.subscribe(queue);
            self.until_over(move || {
                consumer.take();
            });
        }
        // They have counters of everything, which may stay as they are.
        for queue in USED_ONCE {
            publish(self.broker, "amq.default", queue);
            get(self.broker, queue, "ack_requeue_false");
        }
    }

    /// Messages that RabbitMQ 4 counts for no queue when they arrive.
    pub(super) fn of_other_publishers(&self) {
        self.publish("amq.default", &["dying"]);
        let mut publisher = self.mqtt("publisher");
        self.each_period(move |_| {
            publisher.publish("by-mqtt");
            publisher.publish("to-subscriber");
        });
        self.amqp10(Does::Publish, &["by-amqp10", "amqp10-acknowledged", "amqp10-only", "amqp10-quorum"]);
        self.work_off("amqp10-acknowledged");
    }

    /// Messages that RabbitMQ 4 counts for no queue when they leave, after they arrived in that way.
    pub(super) fn of_other_consumers(&self) {
        self.subscribe_by_mqtt();
        self.amqp10(Does::Consume, &["amqp10-only", "amqp10-quorum"]);
    }

    /// The same after they were published by clients that are counted.
    pub(super) fn of_consumers_alone(&self) {
        self.publish("amq.default", &["amqp10-consumed"]);
        self.publish("amq.topic", &["to-subscriber"]);
        self.subscribe_by_mqtt();
        self.amqp10(Does::Consume, &["amqp10-consumed"]);
    }

    /// Publishes by the management API, which is a client of AMQP 0-9-1.
    fn publish(&self, exchange: &'static str, keys: &'static [&'static str]) {
        self.each_period(move |broker| keys.iter().for_each(|key| publish(broker, exchange, key)));
    }

    /// Consumes and acknowledges.
    fn work_off(&self, queue: &str) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut consumer = self.broker.worker("task-consumer", folder.path(), &["--queue", queue, "--work", "1ms"]);
        self.each_period(move |_| {
            consumer.check().unwrap_or_else(|error| panic!("in {}: {error:#}", folder.path().display()));
        });
    }

    fn amqp10(&self, does: Does, queues: &[&str]) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut client = amqp10::start(self.broker, self.version, folder.path(), does, queues);
        self.each_period(move |_| {
            client.check().unwrap_or_else(|error| panic!("in {}: {error:#}", folder.path().display()));
        });
    }

    fn mqtt(&self, name: &str) -> Mqtt {
        let (username, password) = self.broker.administrator();
        Mqtt::connect(self.ports.mqtt, name, username, password)
    }

    fn stomp(&self) -> Stomp {
        let (username, password) = self.broker.administrator();
        Stomp::connect(self.ports.stomp, username, password)
    }

    fn subscribe_by_mqtt(&self) {
        let mut client = self.mqtt("subscriber");
        client.subscribe("to-subscriber");
        self.until_over(move || {
            client.take();
        });
    }

    fn each_period(&self, mut act: impl FnMut(&Broker) + Send + 'scope) {
        let broker = self.broker;
        self.until_over(move || {
            let next = Instant::now() + PERIOD;
            act(broker);
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
        });
    }

    fn until_over(&self, mut act: impl FnMut() + Send + 'scope) {
        let over = Arc::clone(&self.over);
        self.scope.spawn(move || {
            while !over.load(Ordering::Relaxed) {
                act();
            }
        });
    }
}

fn publish(broker: &Broker, exchange: &str, key: &str) {
    let message = json!({"properties": {}, "routing_key": key, "payload": "{}", "payload_encoding": "string"});
    let path = format!("/api/exchanges/%2F/{exchange}/publish");
    broker.management().post(&path, &message).expect("the broker takes it");
}

/// Takes what is there by `basic.get`.
fn get(broker: &Broker, queue: &str, how: &str) {
    let question = json!({"count": 10, "ackmode": how, "encoding": "auto"});
    let path = format!("/api/queues/%2F/{queue}/get");
    broker.management().post(&path, &question).expect("the broker gives what is there");
}
