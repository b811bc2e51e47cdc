//! An outage is one event of an HPA, however long it lasts.

use std::time::Duration;

use serde_json::Value;

use crate::support::broker::{Sources, Version};
use crate::support::scene::Scene;
use crate::support::{wait, workload};

const MINUTE: Duration = Duration::from_secs(60);

/// How often the controller must have given a message. It looks every second.
const TIMES: u64 = 5;

const HPA: &str = "task-consumer";

const QUESTION: &str =
    "/apis/external.metrics.k8s.io/v1beta1/namespaces/default/rabbitmq_queue_messages?labelSelector=queue%3Dtask_queue";

#[test]
fn while_a_broker_is_away_an_hpa_s_condition_does_not_change_and_its_events_fold_into_one() {
    let mut scene = Scene::start(Version::V4_0, &[], |broker| {
        broker.declare("/", "task_queue", "classic");
        format!("brokers:\n{}", broker.configured("main", Sources::Both, "pollInterval: 1s\nmaxSampleAge: 4s"))
    });
    // The controller gives at most 25 events of an object in a short time. Those of the start would use them up.
    wait::until("the first answer", MINUTE, || scene.kubectl().raw(QUESTION));
    scene.apply(&[workload::sleepers(HPA, 1), workload::hpa(HPA, &[("queue", "task_queue")], 1, 4)]);
    scene.wait_until_active(HPA);

    scene.broker.process().kill();
    // The first read to fail may find a connection that breaks off; every later one is refused.
    let words = ["longer ago than `maxSampleAge` (4s) allows", "reads of broker `main` have failed since ", "refused"];
    let complaint = scene.wait_for_complaint(HPA, &words);
    for reason in [&*complaint.reason, "FailedComputeMetricsReplicas"] {
        wait::until(&format!("an event `{reason}` that is given {TIMES} times"), MINUTE, || {
            let now = scene.condition(HPA, "ScalingActive")?;
            assert_eq!(now, complaint, "the condition changed\n{}", scene.explain(HPA));
            let events = scene.events(HPA, reason)?;
            let outage = events.iter().filter(|event| text(event, "message").contains("have failed since "));
            let last = outage.max_by_key(|event| times(event)).ok_or("there is no such event yet")?;
            if times(last) >= TIMES { Ok(()) } else { Err(last.to_string()) }
        });
        let events = scene.events(HPA, reason).expect("they can be listed");
        let mut messages: Vec<_> = events.iter().map(|event| text(event, "message")).collect();
        messages.sort_unstable();
        let all = messages.len();
        messages.dedup();
        assert_eq!(messages.len(), all, "there are two events of one message: {events:#?}");
        let since = complaint.message.split("have failed since ").nth(1).and_then(|rest| rest.split(": ").next());
        let since = format!("have failed since {}: ", since.expect("the message has a time"));
        let refused = messages.iter().filter(|message| message.contains(&since) && message.contains("refused"));
        assert_eq!(refused.count(), 1, "the outage is not one event: {messages:#?}");
    }
}

fn text<'a>(event: &'a Value, key: &str) -> &'a str {
    event[key].as_str().unwrap_or_default()
}

/// How often an event was given.
fn times(event: &Value) -> u64 {
    event["count"].as_u64().or_else(|| event["series"]["count"].as_u64()).unwrap_or(1)
}
