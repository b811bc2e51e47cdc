//! Reading the nodes' Prometheus endpoints.

use std::time::Duration;

use reqwest::Url;

use super::fake::{Fake, Reply, Then};
use super::fixtures;
use super::setup::{Files, at, connection, names, nodes, reader, unreachable_url, wanted};
use crate::config::{Connection, PrometheusNodes};
use crate::sources::QUEUES_MAX;
use leveret_core::observation::{
    Absence, Absences, FailureKind, Finding, NodeId, Observation, Reading, Scope, SourceKind, Vhosts,
};

pub(super) const PATH: &str = "/metrics/detailed";

/// Where a node tells of the members of its cluster.
pub(super) const MEMBERS: &str = "/metrics";

/// A node that answers what a captured one did.
pub(super) async fn node(version: &str, file: &str) -> Fake {
    let fake = Fake::start().await;
    fake.answer(PATH, Reply::ok(fixtures::read(version, file)));
    fake.answer(MEMBERS, Reply::ok(members(&[])));
    fake
}

/// What a node says of the other members of its cluster, all of which it can reach.
pub(super) fn members(others: &[&str]) -> String {
    let peer = |name: &&str| format!("erlang_vm_dist_node_state{{peer=\"{name}\"}} 3\n");
    others.iter().map(peer).chain(["rabbitmq_unreachable_cluster_peers_count 0\n".to_owned()]).collect()
}

fn ready(observation: &Observation, name: &str) -> Option<u64> {
    observation.queues.get("/", name)?.ready.present()
}

#[tokio::test]
async fn the_nodes_of_a_cluster_are_added_up() {
    let (c1, c2) =
        (node("4.3.6-cluster", "both-up-c1-prom.txt").await, node("4.3.6-cluster", "both-up-c2-prom.txt").await);
    let mut reader = reader(Connection { prometheus: Some(nodes(&[&c1, &c2])), ..connection() });
    let seen = reader.read(&wanted(&[]), &names(), at(7)).await.expect("readable");
    assert_eq!((ready(&seen, "cq-on-c1"), seen.queues.len()), (Some(7), 6));
    assert_eq!((seen.at, &seen.scope, seen.skipped), (at(7), &Scope::Everything, 0));
    assert_eq!((seen.unread.len(), seen.finding), (0, None));
}

#[tokio::test]
async fn a_node_behind_two_urls_counts_once() {
    let (c1, again) =
        (node("4.3.6-cluster", "both-up-c1-prom.txt").await, node("4.3.6-cluster", "both-up-c1-prom.txt").await);
    let mut twice = reader(Connection { prometheus: Some(nodes(&[&c1, &again])), ..connection() });
    let mut once = reader(Connection { prometheus: Some(nodes(&[&c1])), ..connection() });
    let twice = twice.read(&wanted(&[]), &names(), at(0)).await.expect("readable");
    let once = once.read(&wanted(&[]), &names(), at(0)).await.expect("readable");
    assert_eq!(ready(&twice, "cq-on-c1"), Some(7));
    assert_eq!((twice.queues, twice.unread.len()), (once.queues, 0));
}

#[tokio::test]
async fn a_node_that_fails_does_not_cost_the_others() {
    let c1 = node("4.3.6-cluster", "both-up-c1-prom.txt").await;
    let urls = vec![unreachable_url(), c1.url()];
    let mut reader = reader(Connection { prometheus: Some(PrometheusNodes::Urls(urls.clone())), ..connection() });
    let seen = reader.read(&wanted(&[]), &names(), at(0)).await.expect("readable");
    assert_eq!(ready(&seen, "cq-on-c1"), Some(7));
    let [unread] = &seen.unread[..] else { panic!("{:?}", seen.unread) };
    assert_eq!(unread.node, urls[0].to_string());
    assert!(unread.why.to_lowercase().contains("connection refused"), "{unread:?}");
}

#[tokio::test]
async fn a_node_that_hangs_costs_no_more_than_the_deadline() {
    let (c1, c2) = (node("4.3.6-cluster", "both-up-c1-prom.txt").await, Fake::start().await);
    let body = fixtures::read("4.3.6-cluster", "both-up-c2-prom.txt");
    c2.answer(PATH, Reply::ok(body).without_last(1000, Then::Hang));
    let timeout = Duration::from_millis(700);
    let mut reader = reader(Connection { prometheus: Some(nodes(&[&c1, &c2])), timeout, ..connection() });
    let seen = reader.read(&wanted(&[]), &names(), at(0)).await.expect("readable");
    assert_eq!((ready(&seen, "cq-on-c1"), seen.unread.len()), (Some(7), 1));
    assert!(
        seen.unread[0].why.contains("within 0.7 s") && seen.unread[0].why.contains("`timeout`"),
        "{:?}",
        seen.unread
    );
}

#[tokio::test]
async fn every_address_behind_a_name_is_read_and_a_silent_family_is_none() {
    let c1 = node("4.3.6-cluster", "both-up-c1-prom.txt").await;
    // `localhost` may have an IPv6 address too, on which the server does not listen.
    let url = Url::parse(&format!("http://localhost:{}", c1.port())).expect("a URL");
    let mut reader =
        reader(Connection { prometheus: Some(PrometheusNodes::Dns { url, server_name: None }), ..connection() });
    let seen = reader.read(&wanted(&[]), &names(), at(0)).await.expect("readable");
    assert_eq!((ready(&seen, "cq-on-c1"), seen.unread), (Some(7), vec![]));
}

/// What a read shows of the nodes that it has not read, and whether it proves that a queue does not exist.
async fn unread_and_proof(configured: &[&Fake]) -> (Vec<String>, Absences) {
    let mut reader = reader(Connection { prometheus: Some(nodes(configured)), ..connection() });
    let seen = reader.read(&wanted(&[]), &names(), at(0)).await.expect("readable");
    (seen.unread.into_iter().map(|node| node.node).collect(), seen.absences)
}

#[tokio::test]
async fn a_member_of_the_cluster_that_is_not_read_is_named_and_nothing_is_proved() {
    let c1 = node("4.3.6-cluster", "both-up-c1-prom.txt").await;
    let c2 = node("4.3.6-cluster", "both-up-c2-prom.txt").await;
    c1.answer(MEMBERS, Reply::ok(members(&["c2@localhost"])));
    c2.answer(MEMBERS, Reply::ok(members(&["c1@localhost"])));
    let (unread, absences) = unread_and_proof(&[&c1]).await;
    assert_eq!(unread, ["c2@localhost"]);
    let Absences::Unproven(why) = absences else { panic!("{absences:?}") };
    assert!(
        why.contains("node c2@localhost is not read") && why.contains("Service in front of several nodes"),
        "{why}"
    );
    let proven = Absences::Proven { by: SourceKind::Prometheus, vhosts: Vhosts::All };
    assert_eq!(unread_and_proof(&[&c1, &c2]).await, (vec![], proven));

    c1.answer(MEMBERS, Reply::ok("rabbitmq_unreachable_cluster_peers_count 1\n"));
    let (unread, absences) = unread_and_proof(&[&c1]).await;
    assert!(
        unread.is_empty()
            && matches!(&absences, Absences::Unproven(why) if why.contains("cannot reach another member"))
    );
    c1.answer(MEMBERS, Reply::new("404 Not Found", ""));
    let (_, absences) = unread_and_proof(&[&c1]).await;
    assert!(
        matches!(&absences, Absences::Unproven(why) if why.contains("let Leveret read `/metrics`")),
        "{absences:?}"
    );
}

#[tokio::test]
async fn a_stopped_virtual_host_and_a_second_cluster_prove_nothing() {
    let own = |node: &str, cluster: &str, vhost: &str| {
        Reply::ok(format!(
            "rabbitmq_identity_info{{rabbitmq_node=\"{node}\",rabbitmq_cluster=\"x\",rabbitmq_cluster_permanent_id=\"{cluster}\"}} 1\n\
            rabbitmq_detailed_queue_messages{{vhost=\"/\",queue=\"{node}\"}} 1\n{vhost}"
        ))
    };
    let (one, two) = (Fake::start().await, Fake::start().await);
    for fake in [&one, &two] {
        fake.answer(MEMBERS, Reply::ok(members(&[])));
    }
    one.answer(PATH, own("a", "C1", "rabbitmq_cluster_vhost_status{vhost=\"/\"} 1\n"));
    two.answer(PATH, own("b", "C2", ""));
    assert!(matches!(unread_and_proof(&[&one]).await.1, Absences::Proven { .. }));
    let (_, absences) = unread_and_proof(&[&one, &two]).await;
    assert!(matches!(&absences, Absences::Unproven(why) if why.contains("several clusters")), "{absences:?}");
    one.answer(PATH, own("a", "C1", "rabbitmq_cluster_vhost_status{vhost=\"shop\"} 0\n"));
    let (_, absences) = unread_and_proof(&[&one]).await;
    assert!(matches!(&absences, Absences::Unproven(why) if why.contains("`shop` is stopped")), "{absences:?}");
}

#[tokio::test]
async fn two_nodes_with_one_queue_are_never_added_up() {
    let (one, two) = (Fake::start().await, Fake::start().await);
    let row =
        |node: &str, rows: &str| Reply::ok(format!("rabbitmq_identity_info{{rabbitmq_node=\"{node}\"}} 1\n{rows}"));
    let level =
        |name: &str, number: u64| format!("rabbitmq_detailed_queue_{name}{{vhost=\"/\",queue=\"a\"}} {number}\n");
    let info = |membership: &str| {
        format!(
            "rabbitmq_detailed_queue_info{{vhost=\"/\",queue=\"a\",queue_type=\"rabbit_quorum_queue\",membership=\"{membership}\"}} 1\n"
        )
    };
    for fake in [&one, &two] {
        fake.answer(MEMBERS, Reply::ok(members(&[])));
    }
    let mut reader = reader(Connection { prometheus: Some(nodes(&[&one, &two])), ..connection() });
    let mut second = 0;
    let mut seen = async |first: String, other: String| {
        one.answer(PATH, row("n1", &first));
        two.answer(PATH, row("n2", &other));
        second += 5;
        let seen = reader.read(&wanted(&[]), &names(), at(second)).await.expect("readable");
        *seen.queues.get("/", "a").expect("seen")
    };
    let split = seen(level("messages", 21), level("messages", 26)).await;
    assert_eq!(split.messages, Reading::Absent(Absence::TwoNodes));
    let twice = seen(level("messages", 21).repeat(2), String::new()).await;
    assert_eq!(twice.messages, Reading::Absent(Absence::NotInAnswer), "twice in one answer");
    let led = seen(level("messages", 21) + &info("follower"), level("messages", 26) + &info("leader")).await;
    assert_eq!(led.messages, Reading::Present(26));
    assert_eq!(led.origin.and_then(|origin| origin.node), Some(NodeId::of("n2")));
    let moved = seen(level("consumers", 3), level("messages", 26) + &level("consumers", 3)).await;
    assert_eq!((moved.messages, moved.consumers), (Reading::Present(26), Reading::Present(3)));
}

#[tokio::test]
async fn a_name_that_no_selector_can_mean_costs_nothing() {
    let fake = Fake::start().await;
    fake.answer(MEMBERS, Reply::ok(members(&[])));
    let odd: &[u8] = b"rabbitmq_identity_info{rabbitmq_node=\"n\"} 1\n\
        rabbitmq_detailed_queue_messages{vhost=\"/\",queue=\"a\xed\xa0\x80b\"} 5\n\
        rabbitmq_detailed_queue_messages{vhost=\"/\",queue=\"a\"} 2\n";
    fake.answer(PATH, Reply::ok(odd));
    let mut reader = reader(Connection { prometheus: Some(nodes(&[&fake])), ..connection() });
    let seen = reader.read(&wanted(&[]), &names(), at(0)).await.expect("readable");
    assert_eq!((seen.queues.len(), seen.skipped), (1, 0));
    assert!(matches!(seen.absences, Absences::Proven { .. }));
}

#[tokio::test]
async fn a_password_is_sent_only_to_a_node_that_asks_for_one() {
    let (files, fake) = (Files::new(), node("4.0.5", "metrics-detailed-poll.txt").await);
    let mut reader = reader(Connection {
        prometheus: Some(nodes(&[&fake])),
        credentials: Some(files.credentials()),
        ..connection()
    });
    reader.read(&wanted(&[]), &names(), at(0)).await.expect("readable");
    assert_eq!(fake.take_requests(), [PATH, MEMBERS]);
    fake.answer(PATH, Reply::new("401 Unauthorized", ""));
    let failure = reader.read(&wanted(&[]), &names(), at(5)).await.expect_err("refused twice");
    assert_eq!(failure.kind, FailureKind::Unauthorized);
    let requests = fake.take_requests();
    assert_eq!((requests.len(), &*requests[0]), (2, PATH));
    assert!(requests[1].contains("Basic"), "{requests:?}");
}

#[tokio::test]
async fn an_answer_without_a_row_of_a_queue_is_a_finding() {
    let fake = node("4.0.5", "metrics-detailed-none.txt").await;
    let mut reader = reader(Connection { prometheus: Some(nodes(&[&fake])), ..connection() });
    let seen = reader.read(&wanted(&[]), &names(), at(0)).await.expect("readable");
    assert_eq!((seen.finding, seen.queues.len()), (Some(Finding::NoQueueRows), 0));
}

#[tokio::test]
async fn a_restart_makes_counters_those_of_another_node() {
    let fake = Fake::start().await;
    let body = |uptime| {
        format!(
            "rabbitmq_detailed_erlang_uptime_seconds {uptime}\n\
            telemetry_scrape_duration_seconds_count{{registry=\"detailed\"}} 7\n\
            rabbitmq_detailed_queue_messages_ready{{vhost=\"/\",queue=\"a\"}} 3\n\
            rabbitmq_identity_info{{rabbitmq_node=\"n\"}} 1\n"
        )
    };
    let mut reader = reader(Connection { prometheus: Some(nodes(&[&fake])), ..connection() });
    let (mut coverage, mut uptimes) = (Vec::new(), Vec::new());
    for (second, uptime) in [90.5, 95.5, 4.0, 9.0].into_iter().enumerate() {
        fake.answer(PATH, Reply::ok(body(uptime)));
        let seen = reader.read(&wanted(&[]), &names(), at(second as u64)).await.expect("readable");
        uptimes.push(seen.nodes[0].answering.map(|answering| answering.as_secs_f64()));
        assert_eq!(seen.queues.get("/", "a").map(|queue| queue.ready), Some(Reading::Present(3)));
        coverage.push(seen.coverage);
    }
    // The clock of this test goes slower than the node's.
    assert_eq!(uptimes, [Some(90.5), Some(95.5), Some(0.0), Some(1.0)]);
    assert_eq!((coverage[0], coverage[2]), (coverage[1], coverage[3]));
    assert_ne!(coverage[1], coverage[2]);
}

/// An answer of a node with one queue, whose name is the node's.
fn of_node(node: &str) -> Reply {
    Reply::ok(format!(
        "rabbitmq_detailed_queue_messages_ready{{vhost=\"/\",queue=\"{node}\"}} 3\n\
        rabbitmq_identity_info{{rabbitmq_node=\"{node}\"}} 1\n"
    ))
}

#[tokio::test]
async fn a_url_that_leads_to_another_node_leaves_the_first_unread() {
    let fake = Fake::start().await;
    let mut reader = reader(Connection { prometheus: Some(nodes(&[&fake])), ..connection() });
    fake.answer(PATH, of_node("n@a"));
    assert_eq!(reader.read(&wanted(&[]), &names(), at(0)).await.expect("readable").unread, []);
    fake.answer(PATH, of_node("n@b"));
    let seen = reader.read(&wanted(&[]), &names(), at(30)).await.expect("readable");
    let [lost] = &seen.unread[..] else { panic!("{:?}", seen.unread) };
    assert_eq!(lost.node, "n@a");
    fake.answer(MEMBERS, Reply::ok(members(&["n@a"])));
    let seen = reader.read(&wanted(&[]), &names(), at(7200)).await.expect("readable");
    assert_eq!(seen.unread.len(), 1, "as long as the cluster has it: {:?}", seen.unread);
    fake.answer(MEMBERS, Reply::ok(members(&[])));
    assert_eq!(reader.read(&wanted(&[]), &names(), at(7220)).await.expect("readable").unread, []);
}

#[tokio::test]
async fn an_answer_that_ends_within_a_number_is_no_answer() {
    let fake = Fake::start().await;
    let mut reader = reader(Connection { prometheus: Some(nodes(&[&fake])), ..connection() });
    // The end of such an answer is that of its connection, so only its text shows that it was cut.
    let body = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n\
        rabbitmq_identity_info{rabbitmq_node=\"n\"} 1\n\
        rabbitmq_detailed_queue_messages_ready{vhost=\"/\",queue=\"a\"} 1234\n";
    let whole = Reply { bytes: body.into(), then: Then::Close };
    fake.answer(PATH, whole.clone());
    assert_eq!(ready(&reader.read(&wanted(&[]), &names(), at(0)).await.expect("readable"), "a"), Some(1234));
    fake.answer(PATH, whole.without_last(3, Then::Close));
    let failure = reader.read(&wanted(&[]), &names(), at(5)).await.expect_err("it was cut");
    assert_eq!(failure.kind, FailureKind::Connect);
    assert!(failure.message.contains("in the middle of a line"), "{failure}");
}

#[tokio::test]
async fn an_answer_with_more_queues_than_are_read_is_too_large() {
    let fake = Fake::start().await;
    let mut reader = reader(Connection { prometheus: Some(nodes(&[&fake])), ..connection() });
    let body = |queues: usize| {
        let mut body = String::from("rabbitmq_identity_info{rabbitmq_node=\"n\"} 1\n");
        for queue in 0..queues {
            body.extend(["rabbitmq_detailed_queue_consumers{vhost=\"/\",queue=\"", &queue.to_string(), "\"} 1\n"]);
        }
        Reply::ok(body)
    };
    fake.answer(PATH, body(QUEUES_MAX));
    assert_eq!(reader.read(&wanted(&[]), &names(), at(0)).await.expect("readable").queues.len(), QUEUES_MAX);
    fake.answer(PATH, body(QUEUES_MAX + 1));
    let failure = reader.read(&wanted(&[]), &names(), at(5)).await.expect_err("one too many");
    assert_eq!(failure.kind, FailureKind::TooLarge);
    assert!(failure.message.contains("more than 200000 queues"), "{failure}");
}
