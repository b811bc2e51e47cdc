//! Questions and answers, over states of a broker that are written down.

use std::sync::Arc;
use std::time::Duration;

use regex::Regex;

use super::{Item, Refusal, RefusalKind, answer};
use crate::View;
use crate::backlog::{Aggregate, Backlog, QueueChoice, WhenMissing};
use crate::observation::{
    Absence, Failure, FailureKind, Finding, Observation, QueueId, QueueReading, Reading, Scope, SourceKind, UnreadNode,
};
use crate::snapshot::{BrokerState, Snapshot};
use crate::testing::{at, broker};

fn backlog(name: &str, queues: QueueChoice, aggregate: Aggregate, when_missing: WhenMissing) -> Arc<Backlog> {
    Arc::new(Backlog { name: name.into(), broker: "main".into(), vhost: "/".into(), queues, aggregate, when_missing })
}

fn names(names: &[&str]) -> QueueChoice {
    QueueChoice::Names(names.iter().map(|name| (*name).into()).collect())
}

fn pattern(matching: &str, exclude: Option<&str>) -> QueueChoice {
    let anchored = |text: &str| Regex::new(&format!("^(?:{text})$")).expect("a pattern");
    QueueChoice::Pattern { matching: anchored(matching), exclude: exclude.map(anchored) }
}

fn view() -> View {
    let (sum, error) = (Aggregate::Sum, WhenMissing::Error);
    View {
        brokers: vec![broker("main")],
        backlogs: vec![
            backlog("both", names(&["a", "b"]), sum, error),
            backlog("largest", names(&["a", "b"]), Aggregate::Max, error),
            backlog("mean", names(&["a", "b"]), Aggregate::Avg, error),
            backlog("hopeful", names(&["a", "not_yet"]), sum, WhenMissing::Zero),
            backlog("strict", names(&["a", "not_yet"]), sum, error),
            backlog("pattern", pattern("[ab].*", Some(".*\\.dlq")), sum, error),
            backlog("nothing", pattern("x.*", None), sum, error),
            backlog("nothing_is_zero", pattern("x.*", None), sum, WhenMissing::Zero),
        ],
    }
}

fn reading(ready: u64, unacked: u64, consumers: u64, counted: Option<u64>) -> QueueReading {
    let cumulative = counted.map_or(Reading::Absent(Absence::NoTraffic), Reading::Present);
    QueueReading {
        ready: Reading::Present(ready),
        unacked: Reading::Present(unacked),
        messages: Reading::Present(ready + unacked),
        consumers: Reading::Present(consumers),
        published: cumulative,
        delivered: cumulative,
        acked: cumulative,
        redelivered: cumulative,
        counted_by: counted.map(|_| SourceKind::Prometheus),
    }
}

fn observation(seconds: u64, queues: Vec<(&str, QueueReading)>) -> Observation {
    Observation {
        at: at(seconds),
        queues: queues.into_iter().map(|(name, reading)| (QueueId::new("/", name), reading)).collect(),
        scope: Scope::Everything,
        unread: Vec::new(),
        coverage: 1,
        uptime: Some(Duration::from_secs(1000)),
        finding: None,
        skipped: 0,
    }
}

/// A poll of one queue.
fn poll(seconds: u64) -> Observation {
    observation(seconds, vec![("a", reading(1, 0, 0, None))])
}

/// Two polls, at 0 s and 5 s, of four queues.
fn state() -> BrokerState {
    let poll = |seconds, a, counted| {
        let idle = reading(0, 0, 0, None);
        let queues = vec![
            ("a", reading(a, 2, 2, Some(counted))),
            ("b", reading(7, 0, 1, Some(9))),
            ("b.dlq", reading(500, 0, 0, None)),
            ("idle", idle),
        ];
        observation(seconds, queues)
    };
    BrokerState::default().advance(&poll(0, 60, 100)).advance(&poll(5, 40, 112))
}

fn ask_of(state: BrokerState, signal: &str, selector: &str, now: u64) -> Result<Vec<Item>, Refusal> {
    answer(&view(), &Snapshot::default().with("main", state), signal, selector, at(now)).1
}

fn ask(signal: &str, selector: &str) -> Result<Vec<Item>, Refusal> {
    ask_of(state(), signal, selector, 8)
}

#[track_caller]
fn check(signal: &str, selector: &str, expected: &str) {
    let items = ask(signal, selector).expect("a number");
    let values: Vec<&str> = items.iter().map(|item| item.value.as_str()).collect();
    assert_eq!(values.join(" "), expected, "{signal} {selector}");
}

#[track_caller]
fn check_refusal(answer: Result<Vec<Item>, Refusal>, kind: RefusalKind, reason: &str, message: &str) {
    let refusal = answer.expect_err("a refusal");
    assert_eq!((refusal.kind, refusal.reason, refusal.message.as_str()), (kind, reason, message));
}

#[test]
fn every_signal_of_a_queue() {
    check("rabbitmq_queue_messages_ready", "queue=a", "40");
    check("RabbitMQ_Queue_Messages_Unacked", "queue=a", "2");
    check("rabbitmq_queue_messages", "queue=a", "42");
    check("rabbitmq_queue_consumers", "queue in (a),broker=main", "2");
    check("rabbitmq_queue_publish_rate", "queue=a", "2400m");
    check("rabbitmq_queue_deliver_rate", "queue=b", "0");
    check("backlog_per_consumer", "queue=a", "21");
    check("rabbitmq_queue_messages_ready", "queue in (b,a,b)", "40 7");
}

#[test]
fn every_way_of_a_backlog_to_make_one_number() {
    check("rabbitmq_queue_messages_ready", "backlog=both", "47");
    check("rabbitmq_queue_messages_ready", "backlog=largest", "40");
    check("rabbitmq_queue_messages_ready", "backlog=mean", "23500m");
    check("rabbitmq_queue_messages_ready", "backlog=hopeful", "40");
    check("rabbitmq_queue_messages_ready", "backlog=pattern", "47");
    check("rabbitmq_queue_messages_ready", "backlog=nothing_is_zero", "0");
    check("backlog_per_consumer", "backlog=both", "16334m");
    check("backlog_per_consumer", "backlog=largest", "21");
}

#[test]
fn an_item_carries_its_labels_and_the_observation_s_time() {
    let item = ask("rabbitmq_queue_messages_ready", "queue=a").expect("a number").remove(0);
    let labels: Vec<_> = item.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(labels, ["broker=main", "vhost=/", "queue=a"]);
    assert_eq!(item.at, at(5));
    let item = ask("rabbitmq_queue_messages_ready", "backlog=both").expect("a number").remove(0);
    let labels: Vec<_> = item.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(labels, ["broker=main", "vhost=/", "backlog=both"]);
}

#[test]
fn several_queues_are_as_old_as_the_oldest() {
    let part = observation(
        10,
        vec![("a", reading(1, 0, 0, None)), ("b.dlq", reading(1, 0, 0, None)), ("idle", reading(0, 0, 0, None))],
    );
    let item = ask_of(state().advance(&part), "rabbitmq_queue_messages_ready", "backlog=both", 12)
        .expect("a number")
        .remove(0);
    assert_eq!((item.value.as_str(), item.at), ("8", at(5)), "b was not in the last answer and is held");
}

#[test]
fn questions_that_are_wrong() {
    let bad = |selector, message| {
        check_refusal(ask("rabbitmq_queue_messages", selector), RefusalKind::BadRequest, "bad_selector", message);
    };
    bad(
        "",
        "the selector names neither a `queue` nor a `backlog`; it would add up queues that nobody chose: write for example `matchLabels: {queue: task_queue}`",
    );
    bad("queue=a,broker=other", "there is no broker `other` in the configuration; configured are: `main`");
    bad("queue=a,app=x", "label `app` is unknown; there are `queue`, `vhost`, `broker` and `backlog`");
    bad("queue!=a", "label `queue` must be given by `=` or `in`, because everything else leaves open what is meant");
    bad("vhost in (a,b),queue=a", "label `vhost` takes one value; only `queue` takes several");
    bad("queue=", "label `queue` is empty");
    bad("queue=a,queue=b", "label `queue` is given twice");
    bad(
        "backlog=both,queue=a",
        "label `backlog` stands alone, because the configured backlog already says which queues, virtual host and broker are meant",
    );
    bad("queue in a", "the label selector `queue in a` cannot be read: `(` is missing before `a`");
    check_refusal(
        ask("rabbitmq_queue_depth", "queue=a"),
        RefusalKind::NotFound,
        "unknown_metric",
        "there is no metric `rabbitmq_queue_depth`; Leveret serves rabbitmq_queue_messages_ready, rabbitmq_queue_messages_unacked, \
         rabbitmq_queue_messages, rabbitmq_queue_consumers, rabbitmq_queue_publish_rate, rabbitmq_queue_deliver_rate, \
         rabbitmq_queue_ack_rate, rabbitmq_queue_redeliver_rate, backlog_per_consumer",
    );
}

#[test]
fn several_brokers_need_the_label() {
    let two = View { brokers: vec![broker("main"), broker("other")], backlogs: vec![] };
    let answer = answer(&two, &Snapshot::default(), "rabbitmq_queue_messages", "queue=a", at(0)).1;
    let message = "there are several brokers, so the selector needs the label `broker`: `main`, `other`";
    check_refusal(answer, RefusalKind::BadRequest, "bad_selector", message);
}

#[test]
fn a_queue_that_does_not_exist() {
    let missing = |answer, message| check_refusal(answer, RefusalKind::NotFound, "queue_missing", message);
    missing(
        ask("rabbitmq_queue_messages", "queue=c"),
        "queue `c` in vhost `/` of broker `main` does not exist: the broker listed 4 queues 3 s ago and not this one; declare it, or \
         correct the selector's label `queue`",
    );
    missing(
        ask("rabbitmq_queue_messages", "queue=a,vhost=b"),
        "queue `a` in vhost `b` of broker `main` does not exist: the broker listed 4 queues 3 s ago and not this one; there is one of \
         that name in the default vhost `/`: leave the label `vhost` out",
    );
    missing(
        ask("rabbitmq_queue_messages", "backlog=strict"),
        "backlog `strict` on broker `main`: queue `not_yet` in vhost `/` of broker `main` does not exist: the broker listed 4 queues \
         3 s ago and not this one; declare it, or correct the selector's label `queue`",
    );
    missing(
        ask("rabbitmq_queue_messages", "backlog=nothing"),
        "backlog `nothing` on broker `main`: its pattern matched none of the 4 queues seen 3 s ago in vhost `/`; correct the pattern, \
         or set `whenMissing: zero` if that is what no queue means",
    );
}

#[test]
fn what_is_unknown_is_not_missing_and_never_zero() {
    let unavailable = |answer, reason: &str, message| check_refusal(answer, RefusalKind::Unavailable, reason, message);
    let refused = Failure { at: at(40), kind: FailureKind::Connect, message: "connection refused".to_owned() };
    unavailable(
        answer(&view(), &Snapshot::default(), "rabbitmq_queue_messages", "queue=a", at(0)).1,
        "not_read_yet",
        "broker `main` has not been read yet; its first read is under way",
    );
    unavailable(
        ask_of(BrokerState::default().failed(refused.clone()), "rabbitmq_queue_messages", "queue=a", 42),
        "unreadable",
        "queue `a` in vhost `/` of broker `main`: the last read of broker `main`, 2 s ago, failed: connection refused",
    );
    unavailable(
        ask_of(state().failed(refused.clone()), "rabbitmq_queue_messages", "queue=a", 42),
        "stale",
        "queue `a` in vhost `/` of broker `main`: the last trusted numbers are 37 s old, more than `maxSampleAge` 30 s; the last \
         read of broker `main`, 2 s ago, failed: connection refused",
    );
    for selector in ["queue=c", "backlog=hopeful", "backlog=nothing_is_zero", "backlog=pattern"] {
        let refusal =
            ask_of(state().failed(refused.clone()), "rabbitmq_queue_messages", selector, 42).expect_err("unknown");
        assert_eq!(refusal.kind, RefusalKind::Unavailable, "{selector}: {refusal}");
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
        "node_unread",
        "queue `c` in vhost `/` of broker `main`: node rabbit-2 of broker `main` could not be read 2 s ago (connection \
         refused), and the queue may be on it",
    );
    let empty = Observation { finding: Some(Finding::EmptyList), ..observation(5, vec![]) };
    let refusal =
        ask_of(BrokerState::default().advance(&empty), "rabbitmq_queue_messages", "queue=a", 8).expect_err("none");
    assert_eq!((refusal.kind, refusal.reason), (RefusalKind::Unavailable, "no_permission"));
    assert!(refusal.message.contains("set_permissions"), "{refusal}");
}

#[test]
fn numbers_that_a_known_queue_does_not_have() {
    let unavailable = |answer, reason: &str, message| check_refusal(answer, RefusalKind::Unavailable, reason, message);
    unavailable(
        ask("backlog_per_consumer", "queue=b.dlq"),
        "no_consumers",
        "queue `b.dlq` in vhost `/` of broker `main` (seen 3 s ago): no `backlog_per_consumer`: it has no consumer to divide by; to \
         scale up from zero use `rabbitmq_queue_messages` as the metric",
    );
    unavailable(
        ask("rabbitmq_queue_ack_rate", "queue=idle"),
        "no_traffic",
        "queue `idle` in vhost `/` of broker `main` (seen 3 s ago): no `rabbitmq_queue_ack_rate`: the broker counts it only for queues \
         that have had traffic since it started, and this one has had none",
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
    assert_eq!(refusal.reason, "counter_reset");
    let first = BrokerState::default().advance(&observation(0, vec![("a", reading(1, 1, 1, Some(3)))]));
    let refusal = ask_of(first, "rabbitmq_queue_publish_rate", "queue=a", 1).expect_err("a first sample");
    assert_eq!(refusal.reason, "first_sample");
    let off = QueueReading::absent(Absence::CollectorOff);
    let off = BrokerState::default()
        .advance(&Observation { finding: Some(Finding::CollectorOff), ..observation(0, vec![("a", off)]) });
    let refusal = ask_of(off, "rabbitmq_queue_messages", "queue=a", 1).expect_err("no collector");
    assert_eq!(refusal.reason, "collector_off");
}

#[test]
fn the_documentation_lists_every_signal_and_every_reason() {
    let documentation = include_str!("../../../../docs/signals.md");
    for row in &super::SIGNALS {
        let line = format!("| `{}` | {} | {} | {} |", row.name, row.unit, row.help, row.formula);
        assert!(documentation.contains(&line), "docs/signals.md lacks the line: {line}");
    }
    let sources =
        [include_str!("gap.rs"), include_str!("lookup.rs"), include_str!("backlog.rs"), include_str!("../catalog.rs")];
    let is_reason = |word: &&str| word.contains('_') && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let quoted = sources.iter().flat_map(|source| source.split('"').skip(1).step_by(2)).filter(is_reason);
    for reason in quoted {
        assert!(documentation.contains(&format!("| `{reason}` |")), "docs/signals.md lacks the reason `{reason}`");
    }
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
    assert_eq!(refusal.reason, "queue_missing");
    let refusal = ask_of(later, "rabbitmq_queue_messages", "queue=new", 62).expect_err("never asked for");
    assert_eq!(refusal.reason, "not_asked_yet");
}

#[test]
fn a_pattern_holds_over_a_failed_read_as_a_single_queue_does() {
    let refused = Failure { at: at(10), kind: FailureKind::Connect, message: "connection refused".to_owned() };
    for selector in ["queue=a", "backlog=both", "backlog=pattern", "backlog=hopeful", "backlog=nothing_is_zero"] {
        let held = ask_of(state().failed(refused.clone()), "rabbitmq_queue_messages", selector, 12);
        assert_eq!(held.expect("held").first().map(|item| item.at), Some(at(5)), "{selector}");
        let refusal =
            ask_of(state().failed(refused.clone()), "rabbitmq_queue_messages", selector, 36).expect_err("stale");
        assert_eq!(refusal.kind, RefusalKind::Unavailable, "{selector}: {refusal}");
    }
}

#[test]
fn a_rate_is_steady_although_the_broker_refreshes_its_counters_in_steps() {
    let mut state = BrokerState::default();
    for second in 0..90 {
        // Ten messages a second, of which the broker's counter learns every five seconds.
        let counted = second / 5 * 50;
        state = state.advance(&observation(second, vec![("a", reading(0, 0, 0, Some(counted)))]));
        if second >= 20 {
            let item =
                ask_of(state.clone(), "rabbitmq_queue_publish_rate", "queue=a", second).expect("a rate").remove(0);
            assert!((6.6..=13.4).contains(&item.number), "{} at {second} s", item.number);
        }
    }
}

#[test]
fn a_rate_after_a_reset_is_taken_from_what_came_after_it() {
    let mut state = BrokerState::default();
    let mut rates = Vec::new();
    for (poll, counted) in [100, 150, 200, 10, 60, 110].into_iter().enumerate() {
        let seconds = poll as u64 * 5;
        state = state.advance(&observation(seconds, vec![("a", reading(0, 0, 0, Some(counted)))]));
        let answer = ask_of(state.clone(), "rabbitmq_queue_publish_rate", "queue=a", seconds);
        rates.push(answer.map_or_else(|refusal| refusal.reason.to_owned(), |items| items[0].value.clone()));
    }
    assert_eq!(rates, ["first_sample", "10", "10", "counter_reset", "10", "10"]);
}
