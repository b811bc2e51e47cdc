//! Questions that are wrong, and queues that do not exist or are not known.

use super::*;
use crate::catalog::Status;
use std::time::Duration;

use crate::observation::{Finding, NodeSeen, Scope, UnreadNode};
use crate::testing::{NODE, node};

#[test]
fn questions_that_are_wrong() {
    let bad = |selector, message| {
        check_refusal(ask("rabbitmq_queue_messages", selector), Reason::BadSelector, message);
    };
    bad(
        "",
        "the selector names neither a `queue` nor a `backlog`, so it would add up unrelated queues; write for example `matchLabels: {queue: task_queue}`",
    );
    bad("queue=a,broker=other", "there is no broker `other` in the configuration; the configured brokers are: `main`");
    bad("queue=a,app=x", "label `app` is unknown; the labels are `queue`, `vhost`, `broker` and `backlog`");
    bad("queue!=a", "label `queue` must be given with `=` or `in`; other operators do not say which queues are meant");
    bad("vhost in (a,b),queue=a", "label `vhost` takes one value; only `queue` takes several");
    bad("queue=", "label `queue` is empty");
    bad("queue=a,queue=b", "label `queue` is given twice");
    bad(
        "backlog=both,queue=a",
        "label `backlog` cannot be combined with other labels, because the configured backlog already has its queues, virtual host and broker",
    );
    bad("queue in a", "the label selector `queue in a` cannot be parsed: expected `(` before `a`");
    check_refusal(
        ask("rabbitmq_queue_depth", "queue=a"),
        Reason::UnknownMetric,
        "there is no metric `rabbitmq_queue_depth`; Leveret serves rabbitmq_queue_messages_ready, rabbitmq_queue_messages_unacked, \
         rabbitmq_queue_messages, rabbitmq_queue_consumers, rabbitmq_queue_publish_rate, rabbitmq_queue_deliver_rate, \
         rabbitmq_queue_ack_rate, rabbitmq_queue_redeliver_rate, backlog_per_consumer",
    );
}

#[test]
fn several_brokers_need_the_label() {
    let two = View { brokers: vec![broker("main"), broker("other")], backlogs: vec![] };
    let answer = answer(&two, &Snapshot::default(), "rabbitmq_queue_messages", "queue=a", at(0)).1;
    let message = "several brokers are configured, so the selector needs the label `broker`: `main`, `other`";
    check_refusal(answer, Reason::BadSelector, message);
}

#[track_caller]
fn unavailable(state: BrokerState, selector: &str, now: u64, reason: Reason, message: &str) {
    check_refusal(ask_of(state, "rabbitmq_queue_messages", selector, now), reason, message);
}

#[test]
fn a_broker_that_cannot_be_read() {
    check_refusal(
        answer(&view(), &Snapshot::default(), "rabbitmq_queue_messages", "queue=a", at(0)).1,
        Reason::NotReadYet,
        "broker `main` has not been read yet; its first read is in progress",
    );
    unavailable(
        BrokerState::default().failed(at(40), refused()).failed(at(45), refused()),
        "queue=a",
        47,
        Reason::Unreadable,
        "queue `a` in vhost `/` of broker `main`: reads of broker `main` have failed since 00:00:40Z: connection refused",
    );
    unavailable(
        state().failed(at(40), refused()),
        "queue=a",
        42,
        Reason::Stale,
        "queue `a` in vhost `/` of broker `main`: the last trusted numbers are from 00:00:05Z, which is longer ago than \
         `maxSampleAge` (30s) allows; reads of broker `main` have failed since 00:00:40Z: connection refused",
    );
    unavailable(
        state(),
        "queue=a",
        42,
        Reason::Stale,
        "queue `a` in vhost `/` of broker `main`: the last trusted numbers are from 00:00:05Z, which is longer ago than \
         `maxSampleAge` (30s) allows; broker `main` was last read at 00:00:05Z, and no read has ended since; the broker or \
         Leveret is overloaded",
    );
    for selector in ["queue=c", "backlog=hopeful", "backlog=nothing_is_zero", "backlog=pattern"] {
        let state = state().failed(at(40), refused());
        let refusal = ask_of(state, "rabbitmq_queue_messages", selector, 42).expect_err("unknown");
        assert_eq!(refusal.reason.status(), Status::Unavailable, "{selector}: {refusal}");
    }
}

#[test]
fn a_node_that_cannot_be_read() {
    let unread = vec![UnreadNode { node: "rabbit-2".to_owned(), why: "connection refused".to_owned() }];
    let mut state = state();
    for seconds in [10, 15, 20, 25, 30, 35, 40] {
        let absences = unproven();
        state = state.advance(&Observation { unread: unread.clone(), absences, ..poll(seconds) });
        unavailable(
            state.clone(),
            "queue=c",
            seconds + 30,
            Reason::NodeUnread,
            "queue `c` in vhost `/` of broker `main`: node rabbit-2 of broker `main` has not been read since 00:00:10Z, so the \
             queues on it are not known: connection refused",
        );
    }
    unavailable(
        state,
        "queue=b",
        42,
        Reason::Stale,
        "queue `b` in vhost `/` of broker `main`: the last trusted numbers are from 00:00:05Z, which is longer ago than \
         `maxSampleAge` (30s) allows; node rabbit-2 of broker `main` has not been read since 00:00:10Z, so the queues on it \
         are not known: connection refused",
    );
}

#[test]
fn a_broker_whose_answers_are_doubtful() {
    let held = |state: BrokerState, since: &str, cause: &str| {
        let message = format!(
            "queue `c` in vhost `/` of broker `main`: falls, zeros and absences of broker `main` have not been used since {since}: \
             {cause}"
        );
        unavailable(state, "queue=c", 42, Reason::Unsettled, &message);
    };
    let started = NodeSeen { answering: Some(Duration::from_secs(3)), went_on: false, ..node("rabbit@two") };
    held(
        long_read().advance(&Observation { nodes: vec![node(NODE), started], ..poll(40) }),
        "00:00:40Z",
        "node `rabbit@two` has just started, and shows too little at first; they are used 15 s after its first answer",
    );
    let returned = NodeSeen { went_on: false, ..node(NODE) };
    held(
        state().failed(at(10), refused()).advance(&Observation { nodes: vec![returned], ..poll(40) }),
        "00:00:40Z",
        "node `rabbit@one` could not be read before, so it may have restarted; they are used after 15 s without a failure",
    );
    held(
        BrokerState::default().advance(&poll(40)),
        "00:00:40Z",
        "this is since when Leveret has read it without a gap, and a broker that is starting shows too little at first; they \
         are used after 15 s",
    );
}

#[test]
fn answers_that_look_like_success_and_are_not() {
    let finding = |finding| {
        let poll =
            |seconds| Observation { finding: Some(finding), absences: unproven(), ..observation(seconds, vec![]) };
        long_read().advance(&poll(5)).advance(&poll(10))
    };
    unavailable(
        finding(Finding::EmptyList),
        "queue=a",
        12,
        Reason::NoPermission,
        "queue `a` in vhost `/` of broker `main`: broker `main` has answered with an empty list of queues since 00:00:05Z, as it \
         does to a user without permission on the virtual host; let an administrator run `rabbitmqctl set_permissions -p VHOST \
         USER '^$' '^$' '^$'` and give the user the tag `management`",
    );
    unavailable(
        finding(Finding::NoQueueRows),
        "queue=a",
        12,
        Reason::NoQueueRows,
        "queue `a` in vhost `/` of broker `main`: the Prometheus endpoint of broker `main` has answered without a single queue \
         since 00:00:05Z; either no queue is declared, or the address is not that of a RabbitMQ node's port 15692",
    );
    unavailable(
        finding(Finding::CollectorOff),
        "queue=a",
        12,
        Reason::CollectorOff,
        "queue `a` in vhost `/` of broker `main`: broker `main` has answered without counts since 00:00:05Z, because its \
         statistics collector is off: set `management_agent.disable_metrics_collector = false` in rabbitmq.conf, or configure \
         `prometheus` for the broker",
    );
    let garbled = |seconds| Observation { skipped: 3, ..poll(seconds) };
    unavailable(
        long_read().advance(&garbled(5)).advance(&garbled(10)),
        "queue=c",
        12,
        Reason::NotUnderstood,
        "queue `c` in vhost `/` of broker `main`: a part of what broker `main` has answered since 00:00:05Z could not be parsed, \
         and the queue may be in it; check that nothing between Leveret and the broker changes its answers",
    );
}

#[test]
fn a_queue_that_the_last_reads_have_missed() {
    let all =
        |seconds| observation(seconds, ["a", "b", "c", "d", "e"].map(|name| (name, reading(1, 0, 0, None))).to_vec());
    let rest = |seconds| observation(seconds, ["b", "c", "d", "e"].map(|name| (name, reading(1, 0, 0, None))).to_vec());
    let state = long_read().advance(&all(0)).advance(&rest(30)).advance(&rest(60));
    unavailable(
        state,
        "queue=a",
        62,
        Reason::Stale,
        "queue `a` in vhost `/` of broker `main`: the last trusted numbers are from 00:00:00Z, which is longer ago than \
         `maxSampleAge` (30s) allows; the queue has been missing from the answers of broker `main` since 00:00:30Z; it was \
         probably deleted, or its node is down",
    );
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
        ask_of(later.clone(), "rabbitmq_queue_messages", "queue=gone", 62).expect_err("asked for, and not there");
    assert_eq!(refusal.reason, Reason::QueueMissing);
    unavailable(
        later.clone(),
        "queue=new",
        62,
        Reason::NotAskedYet,
        "queue `new` in vhost `/` of broker `main`: broker `main` is polled only for queues that have been requested; this \
         queue is included from the next poll",
    );
    let refusal = ask_of(later, "rabbitmq_queue_messages", "queue=gone", 95).expect_err("that was too long ago");
    assert_eq!(refusal.reason, Reason::Unseen);
}
