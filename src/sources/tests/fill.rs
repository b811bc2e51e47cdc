//! Prometheus first, and the management API for what it cannot give.

use super::fake::{Fake, Reply};
use super::fixtures;
use super::management::api;
use super::prometheus::{MEMBERS, PATH, members, node};
use super::setup::{Files, at, names, nodes, reader, unreachable_url, wanted};
use crate::config::{Connection, PrometheusNodes};
use crate::sources::{Reader, Wanted};
use leveret_core::observation::{Absence, Absences, FailureKind, Observation, Reading, SourceKind};

/// Delivered messages of a queue.
#[track_caller]
fn delivered(observation: &Observation, name: &str) -> Reading {
    observation.queues.get("/", name).expect("the queue is there").delivered
}

fn both(files: &Files, prometheus: &Fake, management: &Fake) -> Connection {
    Connection { prometheus: Some(nodes(&[prometheus])), ..files.management(management) }
}

#[tokio::test]
async fn counters_that_3_10_does_not_offer_come_for_the_wanted_queues() {
    let (files, management) = (Files::new(), Fake::start().await);
    management.answer("/api/queues/%2F/qq", Reply::ok(fixtures::read("3.10.8", "queue-qq.json")));
    let prometheus = node("3.10.8", "metrics-detailed-poll.txt").await;
    let seen =
        reader(both(&files, &prometheus, &management)).read(&wanted(&["qq"]), &names(), at(0)).await.expect("readable");
    let qq = seen.queues.get("/", "qq").expect("there");
    assert_eq!((qq.ready, qq.counted_by), (Reading::Present(106), Some(SourceKind::Management)));
    assert!(qq.delivered.present().is_some() && qq.acked.present().is_some(), "{qq:?}");
    assert_eq!(delivered(&seen, "task_queue"), Reading::Absent(Absence::NotYetAsked));
    assert_eq!(management.take_requests().len(), 1);
}

#[tokio::test]
async fn the_list_fills_when_everything_is_wanted() {
    let (files, management) = (Files::new(), api(fixtures::read("3.10.8", "queues.json")).await);
    let prometheus = node("3.10.8", "metrics-detailed-poll.txt").await;
    let seen = reader(both(&files, &prometheus, &management))
        .read(&Wanted::Everything, &names(), at(0))
        .await
        .expect("readable");
    assert_eq!(delivered(&seen, "qq"), Reading::Present(51));
    assert_eq!(seen.queues.get("/", "qq").map(|queue| queue.ready), Some(Reading::Present(106)));
    assert_eq!(delivered(&seen, "idle"), Reading::Absent(Absence::NoTraffic));
}

#[tokio::test]
async fn a_broker_that_offers_everything_is_not_asked_twice() {
    let (files, management) = (Files::new(), Fake::start().await);
    let prometheus = node("4.0.5", "metrics-detailed-poll.txt").await;
    let body = [
        fixtures::read("4.0.5", "metrics-detailed-poll.txt"),
        fixtures::read("4.0.5", "metrics-detailed-queue_exchange_metrics.txt"),
    ];
    prometheus.answer(PATH, Reply::ok(body.concat()));
    let wanted = wanted(&["qq", "idle"]);
    let seen = reader(both(&files, &prometheus, &management)).read(&wanted, &names(), at(0)).await.expect("readable");
    assert_eq!(delivered(&seen, "qq"), Reading::Present(59));
    assert_eq!(delivered(&seen, "idle"), Reading::Absent(Absence::NoTraffic));
    assert_eq!(management.take_requests(), Vec::<String>::new());
}

fn failures(reader: &Reader) -> Vec<(SourceKind, FailureKind)> {
    reader.failures().iter().map(|(source, failure)| (*source, failure.kind)).collect()
}

fn degraded(seen: &Observation) -> Vec<(SourceKind, FailureKind)> {
    seen.degraded.iter().map(|(source, failure)| (*source, failure.kind)).collect()
}

#[tokio::test]
async fn a_fill_that_fails_leaves_the_numbers_that_are_there() {
    let (files, prometheus) = (Files::new(), node("3.10.8", "metrics-detailed-poll.txt").await);
    let config = Connection { management: Some(unreachable_url()), ..both(&files, &prometheus, &prometheus) };
    let seen = reader(config).read(&wanted(&["qq"]), &names(), at(0)).await.expect("readable");
    assert_eq!(seen.queues.get("/", "qq").map(|queue| queue.ready), Some(Reading::Present(106)));
    assert_eq!(delivered(&seen, "qq"), Reading::Absent(Absence::FillFailed));
    assert_eq!(degraded(&seen), [(SourceKind::Management, FailureKind::Connect)]);
    assert_eq!(delivered(&seen, "task_queue"), Reading::Absent(Absence::NotYetAsked));
}

#[tokio::test]
async fn queues_of_a_node_that_is_not_read_come_from_the_management_api() {
    let (files, c1) = (Files::new(), node("4.3.6-cluster", "both-up-c1-prom.txt").await);
    c1.answer(MEMBERS, Reply::ok(members(&["c2@localhost"])));
    let management = api(fixtures::read("4.3.6-cluster", "both-up-c1-queues.json")).await;
    let mut reader = reader(both(&files, &c1, &management));
    for (second, wanted) in [(0, Wanted::Everything), (5, wanted(&["cq-on-c2"]))] {
        let seen = reader.read(&wanted, &names(), at(second)).await.expect("readable");
        assert!(seen.queues.get("/", "cq-on-c2").is_some_and(|queue| queue.messages.present().is_some()), "{wanted:?}");
        let proven = matches!(seen.absences, Absences::Proven { by: SourceKind::Management, .. });
        assert!(proven && seen.scope.covers("/", "cq-on-c2"), "{wanted:?}: {:?}", seen.absences);
        assert_eq!(seen.unread.len(), 1);
    }
}

#[tokio::test]
async fn a_queue_that_no_node_has_may_be_down() {
    let (files, management) = (Files::new(), Fake::start().await);
    let down = fixtures::read("4.3.6-cluster", "c2-killed-1s-c1-single-cq-c2.json");
    management.answer("/api/queues/%2F/cq-on-c2", Reply::ok(down));
    management.answer("/api/queues", Reply::ok(fixtures::read("4.3.6-cluster", "c2-killed-1s-c1-queues.json")));
    let prometheus = node("4.3.6-cluster", "c2-killed-1s-c1-prom.txt").await;
    let wanted = wanted(&["cq-on-c2"]);
    let seen = reader(both(&files, &prometheus, &management)).read(&wanted, &names(), at(0)).await.expect("readable");
    let ready = seen.queues.get("/", "cq-on-c2").map(|queue| queue.ready);
    assert_eq!(ready, Some(Reading::Absent(Absence::QueueDown)));
}

#[tokio::test]
async fn management_alone_answers_when_no_node_does() {
    let (files, management) = (Files::new(), api(fixtures::read("4.0.5", "queues.json")).await);
    let prometheus = Some(PrometheusNodes::Urls(vec![unreachable_url()]));
    let mut alone = reader(files.management(&management));
    let mut fallback = reader(Connection { prometheus, ..files.management(&management) });
    let read_alone = alone.read(&wanted(&[]), &names(), at(0)).await.expect("readable");
    let seen = fallback.read(&wanted(&[]), &names(), at(0)).await.expect("readable");
    assert_eq!(read_alone.queues, seen.queues);
    let failed = vec![(SourceKind::Prometheus, FailureKind::Connect)];
    assert_eq!((degraded(&read_alone), degraded(&seen)), (vec![], failed.clone()));
    assert_eq!((failures(&alone), failures(&fallback)), (vec![], failed));
}

#[tokio::test]
async fn when_both_fail_the_first_source_is_the_reason() {
    let files = Files::new();
    let management = api("[]").await;
    management.answer("/api/whoami", Reply::new("500 Internal Server Error", ""));
    let prometheus = Some(PrometheusNodes::Urls(vec![unreachable_url()]));
    let config = Connection { prometheus, ..files.management(&management) };
    let mut reader = reader(config);
    let failure = reader.read(&wanted(&[]), &names(), at(3)).await.expect_err("nothing answers");
    assert_eq!(failure.kind, FailureKind::Connect);
    let (prometheus, management) = (SourceKind::Prometheus, SourceKind::Management);
    assert_eq!(failures(&reader), [(prometheus, FailureKind::Connect), (management, FailureKind::Status)]);

    files.rotate("ann", "");
    reader.read(&wanted(&[]), &names(), at(6)).await.expect_err("no password");
    assert_eq!(failures(&reader), [(prometheus, FailureKind::Credentials), (management, FailureKind::Credentials)]);
}
