//! A broker that dies and comes back takes nobody's consumers away.

use std::time::Duration;

use serde_json::Value;

use crate::support::broker::{Sources, Version};
use crate::support::scene::Scene;
use crate::support::workload;

const MINUTE: Duration = Duration::from_secs(60);

/// The same broker as three, by how it is read: two whose numbers are given up within the outage, and one whose last
/// numbers outlast it.
const BROKERS: [(&str, Sources, &str); 3] = [
    ("prometheus", Sources::Prometheus, "pollInterval: 1s\nmaxSampleAge: 4s"),
    ("management", Sources::Management, "pollInterval: 1s\nmaxSampleAge: 4s"),
    ("patient", Sources::Both, "pollInterval: 1s\nmaxSampleAge: 10m"),
];

const QUEUES: [&str; 2] = ["classic", "quorum"];

#[test]
fn rabbitmq_3_10_may_die_and_return_and_every_hpa_holds() {
    an_outage(Version::V3_10);
}

#[test]
fn rabbitmq_4_0_may_die_and_return_and_every_hpa_holds() {
    an_outage(Version::V4_0);
}

fn an_outage(version: Version) {
    let mut scene = Scene::start(version, &[], |broker| {
        for queue in QUEUES {
            broker.declare("/", queue, queue);
            broker.publish("/", queue, 15);
        }
        format!(
            "brokers:\n{}",
            BROKERS.map(|(name, sources, settings)| broker.configured(name, sources, settings)).concat()
        )
    });
    let names: Vec<String> = scaled().map(|(name, _, _)| name).collect();
    scene.apply(&scaled().flat_map(|it| definitions(&it)).collect::<Vec<_>>());
    for name in &names {
        scene.wait_for_pods(name, 2, MINUTE);
    }
    let watch = scene.watch();

    scene.broker.process().kill().expect("the broker can be killed");
    for (name, _, broker) in scaled().filter(|(_, _, broker)| *broker != "patient") {
        let complaint = scene.wait_for_complaint(&name, &["maxSampleAge", &format!("broker `{broker}`"), "failed"]);
        assert_eq!(complaint.reason, "FailedGetExternalMetric", "{complaint:?}");
    }

    scene.broker.process().restart().expect("the broker returns");
    for name in &names {
        scene.wait_until_active(name);
    }
    for queue in QUEUES {
        scene.broker.publish("/", queue, 10);
    }
    for name in &names {
        scene.wait_for_pods(name, 3, MINUTE);
        assert_eq!(watch.of(name), [2, 3], "what `{name}` wanted, from before the outage on");
    }
}

/// Every queue by every way of reading it: the name of the Deployment and its HPA, the queue, the broker.
fn scaled() -> impl Iterator<Item = (String, &'static str, &'static str)> {
    QUEUES.into_iter().flat_map(|queue| BROKERS.map(|(broker, _, _)| (format!("{queue}-{broker}"), queue, broker)))
}

fn definitions((name, queue, broker): &(String, &str, &str)) -> [Value; 2] {
    [workload::sleepers(name, 1), workload::hpa(name, &[("queue", queue), ("broker", broker)], 1, 4)]
}
