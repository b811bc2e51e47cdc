//! No consumer is scaled in while a broker is away and comes back.

use std::time::Duration;

use serde_json::Value;

use crate::support::broker::{Broker, Sources, Version};
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

/// What is scaled on: the target's name, its settings as a configured backlog, and the replicas that it needs before the
/// outage and after it. A sum over a partial list would be a smaller number, and so would a missing queue taken for zero.
const TARGETS: [(&str, Option<&str>, u64, u64); 4] = [
    ("classic", None, 2, 3),
    ("quorum", None, 2, 3),
    ("both", Some("queues: {match: 'classic|quorum'}"), 3, 5),
    ("lenient", Some("queues: {names: [quorum]}, whenMissing: zero"), 2, 3),
];

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
        configuration(broker)
    });
    scene.apply(&scaled().flat_map(|it| it.definitions()).collect::<Vec<_>>());
    for it in scaled() {
        scene.wait_for_pods(&it.name(), it.before, MINUTE);
    }
    let watch = scene.watch();

    scene.broker.process().kill();
    for it in scaled().filter(|it| it.broker != "patient") {
        let words = [&*format!("reads of broker `{}` have failed since ", it.broker), "check that the broker runs"];
        let complaint = scene.wait_for_complaint(&it.name(), &words);
        assert_eq!(complaint.reason, "FailedGetExternalMetric", "{complaint:?}");
    }

    scene.broker.process().restart().expect("the broker returns");
    for it in scaled() {
        scene.wait_until_active(&it.name());
    }
    for queue in QUEUES {
        scene.broker.publish("/", queue, 10);
    }
    for it in scaled() {
        scene.wait_for_pods(&it.name(), it.after, MINUTE);
        assert!(
            watch.of(&it.name()).is_sorted(),
            "what `{}` wanted since before: {:?}",
            it.name(),
            watch.of(&it.name())
        );
    }
}

/// One Deployment with its HPA.
struct Scaled {
    broker: &'static str,
    target: &'static str,
    configured: bool,
    before: u64,
    after: u64,
}

/// Every target by every way of reading it.
fn scaled() -> impl Iterator<Item = Scaled> {
    TARGETS.into_iter().flat_map(|(target, backlog, before, after)| {
        BROKERS.map(|(broker, _, _)| Scaled { broker, target, configured: backlog.is_some(), before, after })
    })
}

impl Scaled {
    fn name(&self) -> String {
        format!("{}-{}", self.broker, self.target)
    }

    fn definitions(&self) -> [Value; 2] {
        let name = self.name();
        let hpa = if self.configured {
            workload::hpa(&name, &[("backlog", &name)], 1, 6)
        } else {
            workload::hpa(&name, &[("queue", self.target), ("broker", self.broker)], 1, 6)
        };
        [workload::sleepers(&name, 1), hpa]
    }
}

fn configuration(broker: &Broker) -> String {
    let brokers = BROKERS.map(|(name, sources, settings)| broker.configured(name, sources, settings));
    let backlogs = TARGETS.iter().filter_map(|(target, settings, _, _)| settings.map(|settings| (target, settings)));
    let backlogs = backlogs.flat_map(|(target, settings)| {
        BROKERS.map(|(broker, _, _)| format!("- {{name: {broker}-{target}, broker: {broker}, {settings}}}\n"))
    });
    format!("brokers:\n{}backlogs:\n{}", brokers.concat(), backlogs.collect::<Vec<_>>().concat())
}
