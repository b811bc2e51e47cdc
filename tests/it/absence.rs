//! What is not known is no number: every HPA holds, and says why.

use std::time::Duration;

use serde_json::json;

use crate::support::broker::{Broker, Sources, Version};
use crate::support::scene::{FAST, Scene};
use crate::support::{parts, wait, workload};

/// What is wrong, and what an operator reads about it: broker, queue, a signal that no other row asks for, and the words of
/// the message.
const WRONGS: [(&str, &str, &str, &[&str]); 6] = [
    (
        "main",
        "no-such-queue",
        "publish_rate",
        &["queue `no-such-queue` in vhost `/` of broker `main` does not exist", "declare it"],
    ),
    (
        "wrong-password",
        "task_queue",
        "messages_ready",
        &["broker `wrong-password`", "answered 401", "the password is wrong"],
    ),
    (
        "unprivileged",
        "task_queue",
        "messages",
        &["broker `unprivileged`", "empty list of queues", "rabbitmqctl set_permissions"],
    ),
    (
        "silent",
        "task_queue",
        "messages_unacked",
        &["broker `silent`", "statistics collector is off", "disable_metrics_collector = false"],
    ),
    ("gone", "task_queue", "consumers", &["broker `gone`", "have failed since", "check that the broker runs"]),
    ("nowhere", "task_queue", "ack_rate", &["there is no broker `nowhere`", "`main`"]),
];

#[test]
fn whatever_is_not_known_is_said_and_no_replica_is_taken_away() {
    let silent = Broker::start(Version::V4_0, &["management_agent.disable_metrics_collector = true"]);
    silent.declare("/", "task_queue", "classic");
    let scene = Scene::start(Version::V3_10, &[], |broker| configuration(broker, &silent));
    for (broker, queue, signal, _) in WRONGS {
        let mut hpa = workload::hpa(broker, &[("queue", queue), ("broker", broker)], 1, 4);
        hpa["spec"]["metrics"][0]["external"]["metric"]["name"] = json!(format!("rabbitmq_queue_{signal}"));
        scene.apply(&[workload::sleepers(broker, 2), hpa]);
    }
    let watch = scene.watch();
    for (broker, _, _, words) in WRONGS {
        scene.wait_for_pods(broker, 2, Duration::from_secs(60));
        let complaint = scene.wait_for_complaint(broker, words);
        assert_eq!(complaint.reason, "FailedGetExternalMetric", "{complaint:?}");
    }
    // The controller decides every second; each HPA has complained again and again by then.
    for (broker, _, signal, _) in WRONGS {
        wait::until(&format!("`{broker}` to have been refused ten times"), Duration::from_secs(60), || {
            let refused = scene.leveret.refusals(&format!("rabbitmq_queue_{signal}"));
            if refused >= 10.0 { Ok(()) } else { Err(format!("{refused} refused answers")) }
        });
    }
    for (broker, _, _, _) in WRONGS {
        assert_eq!(watch.of(broker), [2], "what `{broker}` wanted");
    }
}

fn configuration(broker: &Broker, silent: &Broker) -> String {
    broker.declare("/", "task_queue", "classic");
    broker
        .management()
        .put("/api/users/unprivileged", &json!({"password": "nothing", "tags": "management"}))
        .expect("a user");
    let wrong_password = broker.login("wrong-password", "leveret", "not the password");
    let unprivileged = broker.login("unprivileged", "unprivileged", "nothing");
    let gone = format!("- name: gone\n  {FAST}\n  prometheus: {{urls: ['http://127.0.0.1:{}']}}\n", parts::free_port());
    [
        "brokers:\n".to_owned(),
        broker.configured("main", Sources::Both, FAST),
        silent.configured("silent", Sources::Management, FAST),
        broker.configured_as("wrong-password", Sources::Management, FAST, &wrong_password),
        broker.configured_as("unprivileged", Sources::Management, FAST, &unprivileged),
        gone,
    ]
    .concat()
}
