//! How many consumers of a queue work, and which source tells.

use std::time::Duration;

use serde_json::json;

use crate::support::broker::{Broker, Sources, Version};
use crate::support::leveret::Leveret;
use crate::support::scene::FAST;
use crate::support::stomp::Stomp;
use crate::support::{parts, wait};

#[test]
fn rabbitmq_3_10_one_of_three_consumers_is_active() {
    one_of_three(Version::V3_10);
}

#[test]
fn rabbitmq_4_0_one_of_three_consumers_is_active() {
    one_of_three(Version::V4_0);
}

fn one_of_three(version: Version) {
    let port = parts::free_port();
    let stomp = format!("stomp.listeners.tcp.local = 127.0.0.1:{port}");
    let broker = Broker::start_with(version, &[&stomp], &["rabbitmq_stomp"]);
    let (username, password) = broker.administrator();
    let mut consumers = Vec::new();
    for kind in ["classic", "quorum"] {
        let arguments = json!({"x-queue-type": kind, "x-single-active-consumer": true});
        let queue = json!({"durable": true, "arguments": arguments});
        broker.management().put(&format!("/api/queues/%2F/{kind}"), &queue).expect("the broker can be arranged");
        for _ in 0..3 {
            let mut consumer = Stomp::connect(port, username, password);
            consumer.subscribe(kind);
            consumers.push(consumer);
        }
        broker.publish("/", kind, 6);
    }
    let management = broker.configured("managed", Sources::Management, FAST);
    let prometheus = broker.configured("scraped", Sources::Prometheus, FAST);
    let leveret = Leveret::without_cluster(&format!("brokers:\n{management}{prometheus}"));
    for kind in ["classic", "quorum"] {
        for (broker, signal, expected) in [
            ("managed", "rabbitmq_queue_consumers", 3.0),
            ("managed", "backlog_per_consumer", 6.0),
            ("scraped", "rabbitmq_queue_consumers", 3.0),
            ("scraped", "backlog_per_consumer", 2.0),
        ] {
            let selector = format!("broker={broker},queue={kind}");
            wait::until(&format!("`{signal}` of {selector}"), Duration::from_secs(60), || {
                let seen = leveret.signal(signal, &selector);
                if seen == Ok(expected) { Ok(()) } else { Err(format!("{seen:?}, not {expected}")) }
            });
        }
    }
}
