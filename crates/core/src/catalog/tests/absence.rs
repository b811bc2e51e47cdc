//! What is missing and what is not known: neither is ever zero.

use super::*;
use crate::catalog::Status;
use crate::observation::{Finding, UnreadNode};

#[test]
fn a_queue_that_does_not_exist() {
    let missing = |answer, message| check_refusal(answer, Reason::QueueMissing, message);
    missing(
        ask("rabbitmq_queue_messages", "queue=c"),
        "queue `c` in vhost `/` of broker `main` does not exist: the broker's list of queues does not have it; declare \
         it, or correct the selector's label `queue`",
    );
    missing(
        ask("rabbitmq_queue_messages", "queue=a,vhost=b"),
        "queue `a` in vhost `b` of broker `main` does not exist: the broker's list of queues does not have it; the \
         default vhost `/` has a queue of that name: leave the label `vhost` out",
    );
    missing(
        ask("rabbitmq_queue_messages", "backlog=strict"),
        "backlog `strict` on broker `main`: queue `not_yet` in vhost `/` of broker `main` does not exist: the broker's list \
         of queues does not have it; declare it, or correct the selector's label `queue`",
    );
    missing(
        ask("rabbitmq_queue_messages", "backlog=nothing"),
        "backlog `nothing` on broker `main`: its pattern matches none of the queues in vhost `/`; correct the pattern, or set \
         `whenMissing: zero` if no queue means no messages",
    );
}

#[test]
fn what_is_unknown_is_not_missing_and_never_zero() {
    let unavailable = |answer, reason: Reason, message| {
        assert_eq!(reason.status(), Status::Unavailable);
        check_refusal(answer, reason, message);
    };
    unavailable(
        answer(&view(), &Snapshot::default(), "rabbitmq_queue_messages", "queue=a", at(0)).1,
        Reason::NotReadYet,
        "broker `main` has not been read yet; its first read is in progress",
    );
    unavailable(
        ask_of(BrokerState::default().failed(at(40), connection_refused()), "rabbitmq_queue_messages", "queue=a", 42),
        Reason::Unreadable,
        "queue `a` in vhost `/` of broker `main`: reads of broker `main` have failed since 00:00:40Z: connection \
         refused",
    );
    unavailable(
        ask_of(state().failed(at(40), connection_refused()), "rabbitmq_queue_messages", "queue=a", 42),
        Reason::Stale,
        "queue `a` in vhost `/` of broker `main`: the last trusted numbers are from 00:00:05Z, which is longer ago than \
         `maxSampleAge` (30s) allows; reads of broker `main` have failed since 00:00:40Z: connection refused",
    );
    for selector in ["queue=c", "backlog=hopeful", "backlog=nothing_is_zero", "backlog=pattern"] {
        let refusal = ask_of(state().failed(at(40), connection_refused()), "rabbitmq_queue_messages", selector, 42)
            .expect_err("unknown");
        assert_eq!(refusal.reason.status(), Status::Unavailable, "{selector}: {refusal}");
    }
    let unread = vec![UnreadNode { node: "rabbit-2".to_owned(), why: "connection refused".to_owned() }];
    let lasting = [10, 15, 20, 25, 30, 35, 40].map(|seconds| Observation { unread: unread.clone(), ..poll(seconds) });
    unavailable(
        ask_of(
            lasting.iter().fold(state(), |state, poll| state.advance(poll)),
            "rabbitmq_queue_messages",
            "queue=c",
            42,
        ),
        Reason::NodeUnread,
        "queue `c` in vhost `/` of broker `main`: node rabbit-2 of broker `main` could not be read since 00:00:10Z, so the \
         queues on it are not known: connection refused",
    );
    let empty = Observation { finding: Some(Finding::EmptyList), ..observation(5, vec![]) };
    let refusal =
        ask_of(BrokerState::default().advance(&empty), "rabbitmq_queue_messages", "queue=a", 8).expect_err("none");
    assert_eq!(refusal.reason, Reason::NoPermission);
    assert!(refusal.message.contains("set_permissions"), "{refusal}");
}

#[test]
fn numbers_that_a_known_queue_does_not_have() {
    let unavailable = |answer, reason: Reason, message| {
        assert_eq!(reason.status(), Status::Unavailable);
        check_refusal(answer, reason, message);
    };
    unavailable(
        ask("backlog_per_consumer", "queue=b.dlq"),
        Reason::NoConsumers,
        "queue `b.dlq` in vhost `/` of broker `main` has no `backlog_per_consumer`: there is no consumer to divide by; to \
         scale up from zero, use the metric `rabbitmq_queue_messages`",
    );
    unavailable(
        ask("rabbitmq_queue_ack_rate", "queue=idle"),
        Reason::NoTraffic,
        "queue `idle` in vhost `/` of broker `main` has no `rabbitmq_queue_ack_rate`: the broker counts it only for queues \
         that have had traffic since it started, and this queue has had none; to scale a queue that may rest, use the metric \
         `rabbitmq_queue_messages`",
    );
    let reset = state().advance(&observation(
        10,
        vec![
            ("a", reading(1, 1, 1, Some(3))),
            ("b", reading(0, 0, 0, None)),
            ("b.dlq", reading(0, 0, 0, None)),
            ("idle", reading(0, 0, 0, None)),
        ],
    ));
    let refusal = ask_of(reset, "rabbitmq_queue_publish_rate", "queue=a", 11).expect_err("a reset");
    assert_eq!(refusal.reason, Reason::CounterReset);
    let first = BrokerState::default().advance(&observation(0, vec![("a", reading(1, 1, 1, Some(3)))]));
    let refusal = ask_of(first, "rabbitmq_queue_publish_rate", "queue=a", 1).expect_err("a first sample");
    assert_eq!(refusal.reason, Reason::FirstSample);
    let off = QueueReading::absent(Absence::CollectorOff);
    let off = BrokerState::default()
        .advance(&Observation { finding: Some(Finding::CollectorOff), ..observation(0, vec![("a", off)]) });
    let refusal = ask_of(off, "rabbitmq_queue_messages", "queue=a", 1).expect_err("no collector");
    assert_eq!(refusal.reason, Reason::CollectorOff);
}

#[test]
fn a_broker_that_is_asked_for_single_queues_knows_of_those_only() {
    let only = |seconds, asked: &[&str]| Observation {
        scope: Scope::Only(asked.iter().map(|name| QueueId::new("/", *name)).collect()),
        ..poll(seconds)
    };
    let (listed, asked) = (state(), only(60, &["a", "gone"]));
    let later = listed.advance(&asked);
    let refusal =
        ask_of(later.clone(), "rabbitmq_queue_messages", "queue=gone", 62).expect_err("asked for and not there");
    assert_eq!(refusal.reason, Reason::QueueMissing);
    let refusal = ask_of(later, "rabbitmq_queue_messages", "queue=new", 62).expect_err("never asked for");
    assert_eq!(refusal.reason, Reason::NotAskedYet);
}

#[test]
fn a_pattern_holds_over_a_failed_read_as_a_single_queue_does() {
    for selector in ["queue=a", "backlog=both", "backlog=pattern", "backlog=hopeful", "backlog=nothing_is_zero"] {
        let held = ask_of(state().failed(at(10), connection_refused()), "rabbitmq_queue_messages", selector, 12);
        assert_eq!(held.expect("held").first().map(|item| item.at), Some(at(5)), "{selector}");
        let refusal = ask_of(state().failed(at(10), connection_refused()), "rabbitmq_queue_messages", selector, 36)
            .expect_err("stale");
        assert_eq!(refusal.reason.status(), Status::Unavailable, "{selector}: {refusal}");
    }
}
