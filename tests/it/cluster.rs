//! A cluster of two nodes of which one is seen: nothing on the other one is taken for missing.

use std::time::Duration;

use serde_json::Value;

use crate::support::broker::{Broker, Sources, Version};
use crate::support::scene::{FAST, Scene};
use crate::support::{wait, workload};

const MINUTE: Duration = Duration::from_secs(60);

/// The Deployments, each with an HPA from 0 to 8 whose target is 10 messages: name, and the selector.
const CASES: [(&str, &[(&str, &str)]); 4] = [
    ("both", &[("broker", "both"), ("queue", "right")]),
    ("alone", &[("backlog", "right-or-zero")]),
    ("pattern", &[("backlog", "left-and-right")]),
    ("hidden", &[("backlog", "hidden-or-zero")]),
];

#[test]
fn what_is_on_a_node_or_in_a_virtual_host_that_is_not_seen_takes_no_consumer_away() {
    let mut second = None;
    let scene = Scene::start(Version::V4_0, &[], |broker| {
        let node = broker.second_node(Version::V4_0);
        arrange(broker, node.node());
        second = Some(node);
        configuration(broker)
    });
    let mut second = second.expect("it was started");
    for (name, selector) in CASES {
        scene.apply(&[workload::sleepers(name, 4), workload::hpa(name, selector, 0, 8)]);
    }
    let watch = scene.watch();
    for (name, _) in CASES {
        scene.wait_for_pods(name, 4, MINUTE);
    }
    scene.wait_until_active("both");
    let member = format!("node {} ", second.node());
    for name in ["alone", "pattern"] {
        scene.wait_for_complaint(name, &[&member, "is a member of the cluster", "Service in front of several nodes"]);
    }
    scene.wait_for_complaint("hidden", &["may not see virtual host `shop`", "rabbitmqctl set_permissions -p shop"]);

    second.kill();
    scene.wait_for_complaint("both", &["queue `right` in vhost `/` of broker `both`"]);
    second.restart().expect("the second node starts again");
    scene.wait_until_active("both");
    assert_eq!(messages(&scene), Ok(40.0));

    // Long enough for every hold to be over, and the HPAs are asked each second.
    wait::until("every HPA to have been looked at often", MINUTE, || {
        let refused = scene.leveret.refusals("rabbitmq_queue_messages");
        if refused >= 60.0 { Ok(()) } else { Err(format!("{refused} refused answers")) }
    });
    for (name, _) in CASES {
        assert_eq!(watch.of(name), [4], "what `{name}` wanted");
    }
}

fn arrange(broker: &Broker, second: &str) {
    broker.declare("/", "left", "classic");
    broker.declare_on(second, "/", "right");
    broker.publish("/", "right", 40);
    broker.add_vhost("shop");
    broker.declare("shop", "jobs", "classic");
    broker.publish("shop", "jobs", 40);
    let clerk = serde_json::json!({"password": "shut", "tags": "management"});
    broker.management().put("/api/users/clerk", &clerk).expect("a user");
    let nothing = serde_json::json!({"configure": "^$", "write": "^$", "read": "^$"});
    broker.management().put("/api/permissions/%2F/clerk", &nothing).expect("a permission");
}

/// `both` and `alone` see the first node's Prometheus endpoint only, as they would through a Service.
fn configuration(broker: &Broker) -> String {
    let clerk = broker.login("clerk", "clerk", "shut");
    let brokers = [
        broker.configured("both", Sources::Both, FAST),
        broker.configured("alone", Sources::Prometheus, FAST),
        broker.configured_as("clerk", Sources::Management, FAST, &clerk),
    ];
    let backlogs = "backlogs:
- {name: right-or-zero, broker: alone, queues: {names: [right]}, whenMissing: zero}
- {name: left-and-right, broker: alone, queues: {match: 'left|right'}}
- {name: everything, broker: both, queues: {match: '.*'}}
- {name: hidden-or-zero, broker: clerk, vhost: shop, queues: {names: [jobs]}, whenMissing: zero}
";
    format!("brokers:\n{}{backlogs}", brokers.concat())
}

/// The messages of `right`, asked through the cluster.
fn messages(scene: &Scene) -> Result<f64, String> {
    let path = "/apis/external.metrics.k8s.io/v1beta1/namespaces/default/rabbitmq_queue_messages\
                ?labelSelector=queue%3Dright%2Cbroker%3Dboth";
    let list: Value = serde_json::from_str(&scene.kubectl().raw(path)?).map_err(|error| error.to_string())?;
    let value = list["items"][0]["value"].as_str().ok_or_else(|| list.to_string())?;
    value.parse().map_err(|_| list.to_string())
}
