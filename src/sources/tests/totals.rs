//! What a broker has counted for no queue, from its nodes' Prometheus endpoints.

use super::fake::{Fake, Reply};
use super::prometheus::{MEMBERS, PATH, members, node};
use super::setup::{at, connection, names, nodes, reader, wanted};
use crate::config::Connection;
use leveret_core::observation::{Unattributed, UncountedClients};

/// A node's answer about its cluster, with messages received by protocol.
fn received(others: &[&str], amqp091: u64, amqp10: u64) -> Reply {
    let row = |protocol, count| format!("rabbitmq_global_messages_received_total{{protocol=\"{protocol}\"}} {count}\n");
    Reply::ok(members(others) + &row("amqp091", amqp091) + &row("amqp10", amqp10))
}

async fn unattributed(configured: &[&Fake]) -> Option<Unattributed> {
    let mut reader = reader(Connection { prometheus: Some(nodes(configured)), ..connection() });
    reader.read(&wanted(&[]), &names(), at(0)).await.expect("readable").unattributed
}

#[tokio::test]
async fn the_counts_of_all_nodes_are_added_up_and_are_unknown_without_one_of_them() {
    let c1 = node("4.3.6-cluster", "both-up-c1-prom.txt").await;
    let c2 = node("4.3.6-cluster", "both-up-c2-prom.txt").await;
    c1.answer(MEMBERS, received(&["c2@localhost"], 7, 3));
    assert_eq!(unattributed(&[&c1, &c2]).await, None, "the other node does not tell");
    c2.answer(MEMBERS, received(&["c1@localhost"], 7, 2));
    let all = unattributed(&[&c1, &c2]).await.expect("both tell");
    assert_eq!(all.arrived, 5);
    assert_eq!(unattributed(&[&c1, &c1, &c2]).await, Some(all), "a node that is read twice counts once");
    assert_eq!(unattributed(&[&c1]).await, None, "the other node is not read");
}

#[tokio::test]
async fn the_counts_are_read_with_the_queues_and_never_from_an_earlier_read() {
    let fake = node("4.0.5", "metrics-detailed-poll.txt").await;
    fake.answer(MEMBERS, received(&[], 7, 3));
    let mut reader = reader(Connection { prometheus: Some(nodes(&[&fake])), ..connection() });
    let first = reader.read(&wanted(&[]), &names(), at(0)).await.expect("readable");
    fake.answer(MEMBERS, received(&[], 7, 4));
    let second = reader.read(&wanted(&[]), &names(), at(1)).await.expect("readable");
    let arrived = [first, second].map(|seen| seen.unattributed.map(|it| it.arrived));
    assert_eq!(arrived, [Some(3), Some(4)]);
    fake.answer(MEMBERS, Reply::new("500 Internal Server Error", ""));
    let third = reader.read(&wanted(&[]), &names(), at(2)).await.expect("readable");
    assert_eq!(third.unattributed, None);
    assert!(matches!(third.absences, leveret_core::observation::Absences::Proven { .. }), "its members are known");
}

#[tokio::test]
async fn a_broker_without_any_counter_of_a_queue_counts_no_client_per_queue() {
    let fake = node("4.0.5", "metrics-detailed-poll.txt").await;
    let levels = "# TYPE rabbitmq_detailed_queue_exchange_messages_published_total counter\n\
        rabbitmq_identity_info{rabbitmq_node=\"n@a\"} 1\nrabbitmq_detailed_queue_messages{vhost=\"/\",queue=\"a\"} 0\n";
    fake.answer(PATH, Reply::ok(levels));
    fake.answer(MEMBERS, received(&[], 7, 3));
    let all = unattributed(&[&fake]).await.expect("it tells");
    assert_eq!((all.arrived, all.clients), (10, UncountedClients::All));
    fake.answer(
        MEMBERS,
        Reply::ok(members(&[]) + "rabbitmq_global_messages_received_total{protocol=\"amqp10\"} NaN\n"),
    );
    assert_eq!(unattributed(&[&fake]).await, None, "it is not a number");
}

#[tokio::test]
async fn an_older_broker_does_not_show_whether_it_counts_per_queue() {
    let fake = node("3.10.8", "metrics-detailed-poll.txt").await;
    fake.answer(MEMBERS, received(&[], 7, 3));
    let all = unattributed(&[&fake]).await.expect("it tells");
    assert_eq!((all.arrived, all.clients), (3, UncountedClients::OtherProtocolsAtLeast));
}
