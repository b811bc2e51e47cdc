//! Connections that are kept from one request to the next.

use super::fake::{Fake, Reply, Then};
use super::prometheus::PATH;
use super::setup::{Files, at, connection, names, nodes, reader, wanted};
use crate::config::Connection;
use leveret_core::observation::FailureKind;

/// The answer of a node with one queue.
const NODE: &str = "rabbitmq_identity_info{rabbitmq_node=\"a\",rabbitmq_cluster=\"a\"} 1
rabbitmq_detailed_queue_messages_ready{vhost=\"/\",queue=\"q\"} 7
";

#[tokio::test]
async fn a_kept_connection_that_the_broker_closes_costs_no_read() {
    let (files, fake) = (Files::new(), Fake::start().await);
    fake.answer("/api/whoami", Reply::once(r#"{"name":"ann","tags":["management"]}"#));
    fake.answer("/api/queues", Reply::once(r#"[{"name":"q","vhost":"/","state":"running","messages_ready":7}]"#));
    fake.answer(PATH, Reply::once(NODE));
    let management = files.management(&fake);
    let prometheus = Connection { prometheus: Some(nodes(&[&fake])), ..connection() };
    for connection in [management, prometheus] {
        let (mut reader, before) = (reader(connection), fake.unanswered());
        for second in [0, 1, 2] {
            let seen = reader.read(&wanted(&["q"]), &names(), at(second)).await.expect("readable");
            assert_eq!(seen.queues.get("/", "q").and_then(|queue| queue.ready.present()), Some(7));
        }
        assert!(fake.unanswered() > before, "a connection was kept");
    }
}

#[tokio::test]
async fn a_broker_that_never_answers_is_asked_twice_and_fails_once() {
    let fake = Fake::start().await;
    for then in [Then::Close, Then::Reset] {
        fake.answer(PATH, Reply { bytes: Vec::new(), then });
        let mut reader = reader(Connection { prometheus: Some(nodes(&[&fake])), ..connection() });
        let failure = reader.read(&wanted(&[]), &names(), at(0)).await.expect_err("no answer");
        assert_eq!((failure.kind, fake.take_requests().len()), (FailureKind::Connect, 2), "{failure}");
    }
}
