//! What the three rates cover, by protocol and by the way of taking messages: docs/signals.md, on real brokers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use leveret_harness::Management;
use serde_json::{Value, json};

use crate::support::broker::{Broker, Sources, Version};
use crate::support::leveret::Leveret;
use crate::support::mqtt::Mqtt;
use crate::support::scene::FAST;
use crate::support::{parts, wait};

/// Each queue gets five messages a second.
const PERIOD: Duration = Duration::from_millis(200);

/// A rate needs up to 30 s, and the machine may be busy.
const LIMIT: Duration = Duration::from_secs(120);

/// What a rate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rate {
    /// About five messages a second.
    Five,
    /// 0.
    Zero,
    /// Not a number.
    Error,
}

use Rate::{Error, Five, Zero};

/// The queues: name, what `publish_rate`, `deliver_rate` and `ack_rate` are on 3.10, and on 4.0.
const QUEUES: [(&str, [Rate; 3], [Rate; 3]); 7] = [
    ("acknowledged", [Five, Five, Five], [Five, Five, Five]),
    ("without-ack", [Five, Five, Five], [Five, Five, Five]),
    ("rejected", [Five, Five, Zero], [Five, Five, Zero]),
    ("expired", [Five, Error, Error], [Five, Error, Error]),
    ("dead-lettered", [Error, Zero, Zero], [Error, Zero, Zero]),
    ("by-mqtt", [Five, Zero, Zero], [Error, Zero, Zero]),
    ("mqtt-subscription-subscriberqos1", [Five, Five, Five], [Five, Error, Error]),
];

#[test]
fn rabbitmq_3_10_rates_are_right_or_errors() {
    rates(Version::V3_10, |(name, expected, _)| (name, expected));
}

#[test]
fn rabbitmq_4_0_rates_are_right_or_errors() {
    rates(Version::V4_0, |(name, _, expected)| (name, expected));
}

type Row = (&'static str, [Rate; 3], [Rate; 3]);

fn rates(version: Version, of: fn(Row) -> (&'static str, [Rate; 3])) {
    let port = parts::free_port();
    let broker =
        Broker::start_with(version, &[&format!("mqtt.listeners.tcp.local = 127.0.0.1:{port}")], &["rabbitmq_mqtt"]);
    arrange(&broker.management());
    let config = format!("brokers:\n{}", broker.configured("main", Sources::Both, FAST));
    let leveret = Leveret::without_cluster(&config);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _over = Over(&over);
        for traffic in [publish_all, acknowledge, take_without_ack, reject] {
            let (broker, over) = (&broker, &over);
            scope.spawn(move || traffic(broker, over));
        }
        scope.spawn(|| publish_by_mqtt(&broker, port, &over));
        scope.spawn(|| subscribe_by_mqtt(&broker, port, &over));
        for (queue, expected) in QUEUES.map(of) {
            check(&leveret, queue, expected);
        }
    });
}

/// Ends the traffic, also when a check fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Waits until the three rates are as expected, and looks that none is wrong after that.
#[track_caller]
fn check(leveret: &Leveret, queue: &str, expected: [Rate; 3]) {
    let signals = ["publish", "deliver", "ack"];
    for (signal, expected) in signals.into_iter().zip(expected) {
        let rate = || leveret.signal(&format!("rabbitmq_queue_{signal}_rate"), &format!("queue={queue}"));
        wait::until(&format!("the {signal} rate of `{queue}` to be {expected:?}"), LIMIT, || {
            let seen = rate();
            if is(expected, &seen) { Ok(()) } else { Err(format!("{seen:?}")) }
        });
        for _ in 0..5 {
            let seen = rate();
            // A refusal for a moment is not a wrong number.
            assert!(seen.is_err() || is(expected, &seen), "{signal} rate of `{queue}`: {seen:?}, not {expected:?}");
        }
    }
}

fn is(expected: Rate, seen: &Result<f64, String>) -> bool {
    match (expected, seen) {
        (Five, Ok(rate)) => (2.5..7.5).contains(rate),
        (Zero, Ok(rate)) => *rate == 0.0,
        (Error, Err(_)) => true,
        _ => false,
    }
}

fn arrange(management: &Management) {
    let put = |path: &str, body: Value| management.put(path, &body).expect("the broker can be arranged");
    let queue = |name: &str, arguments: Value| {
        put(&format!("/api/queues/%2F/{name}"), json!({"durable": true, "arguments": arguments}));
    };
    for name in ["acknowledged", "without-ack", "rejected", "by-mqtt", "dead-lettered"] {
        queue(name, json!({}));
    }
    queue("expired", json!({"x-message-ttl": 100}));
    queue(
        "dying",
        json!({"x-message-ttl": 100, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead-lettered"}),
    );
    management.post("/api/bindings/%2F/e/amq.topic/q/by-mqtt", &json!({"routing_key": "by-mqtt"})).expect("a binding");
}

fn each_period(over: &AtomicBool, mut act: impl FnMut()) {
    while !over.load(Ordering::Relaxed) {
        let next = std::time::Instant::now() + PERIOD;
        act();
        std::thread::sleep(next.saturating_duration_since(std::time::Instant::now()));
    }
}

/// Publishes into every queue that AMQP 0-9-1 clients publish into; the management API publishes as one.
fn publish_all(broker: &Broker, over: &AtomicBool) {
    let management = broker.management();
    let publish = |exchange: &str, key: &str| {
        let message = json!({"properties": {}, "routing_key": key, "payload": "{}", "payload_encoding": "string"});
        management.post(&format!("/api/exchanges/%2F/{exchange}/publish"), &message).expect("the broker takes it");
    };
    each_period(over, || {
        for queue in ["acknowledged", "without-ack", "rejected", "expired", "dying"] {
            publish("amq.default", queue);
        }
        publish("amq.topic", "to-subscriber");
    });
}

fn acknowledge(broker: &Broker, over: &AtomicBool) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut consumer = broker.worker("task-consumer", folder.path(), &["--queue", "acknowledged", "--work", "1ms"]);
    each_period(over, || consumer.check().expect("the consumer runs"));
}

fn take_without_ack(broker: &Broker, over: &AtomicBool) {
    take(broker, over, "without-ack", "ack_requeue_false");
}

fn reject(broker: &Broker, over: &AtomicBool) {
    take(broker, over, "rejected", "reject_requeue_false");
}

/// Takes what is there by `basic.get`.
fn take(broker: &Broker, over: &AtomicBool, queue: &str, how: &str) {
    let management = broker.management();
    let question = json!({"count": 10, "ackmode": how, "encoding": "auto"});
    each_period(over, || {
        management.post(&format!("/api/queues/%2F/{queue}/get"), &question).expect("the broker gives what is there");
    });
}

fn publish_by_mqtt(broker: &Broker, port: u16, over: &AtomicBool) {
    let (username, password) = broker.administrator();
    let mut client = Mqtt::connect(port, "publisher", username, password);
    each_period(over, || client.publish("by-mqtt"));
}

fn subscribe_by_mqtt(broker: &Broker, port: u16, over: &AtomicBool) {
    let (username, password) = broker.administrator();
    let mut client = Mqtt::connect(port, "subscriber", username, password);
    client.subscribe("to-subscriber");
    while !over.load(Ordering::Relaxed) && client.take().is_some() {}
}
