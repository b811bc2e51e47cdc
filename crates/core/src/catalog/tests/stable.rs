//! A message is the same text for as long as its cause lasts, however often it is asked for and however many polls pass:
//! Kubernetes folds only equal events into one.

use super::*;
use crate::observation::{Finding, UnreadNode};

/// Asks after every poll of a sequence, and returns the messages that differ from the one before.
fn messages(
    mut state: BrokerState,
    selector: &str,
    signal: &str,
    polls: impl Iterator<Item = u64>,
    advance: impl Fn(&BrokerState, u64) -> BrokerState,
) -> Vec<String> {
    let mut messages = Vec::new();
    for second in polls {
        state = advance(&state, second);
        // Between this poll and the next one the question comes at any time.
        for later in [0, 1, 4] {
            let answer = ask_of(state.clone(), signal, selector, second + later);
            let message = answer.expect_err("a refusal").message;
            if messages.last() != Some(&message) {
                messages.push(message);
            }
        }
    }
    messages
}

#[track_caller]
fn check_one(messages: &[String], begins: &str) {
    let [message] = messages else { panic!("{} messages: {messages:#?}", messages.len()) };
    assert!(message.contains(begins), "{message}");
}

/// The polls of five minutes, from the moment at which the last trusted numbers of [`state`] are too old.
fn minutes() -> impl Iterator<Item = u64> {
    (40..340).step_by(5)
}

const MESSAGES: &str = "rabbitmq_queue_messages";

#[test]
fn while_a_broker_is_away() {
    let away = |state: &BrokerState, second| state.failed(at(second), refused());
    let first = state().failed(at(10), refused());
    for selector in ["queue=a", "queue=c", "backlog=both", "backlog=pattern"] {
        check_one(
            &messages(first.clone(), selector, MESSAGES, minutes(), away),
            "failed since 00:00:10Z: connection refused",
        );
    }
    let never = BrokerState::default().failed(at(10), refused());
    check_one(&messages(never, "queue=a", MESSAGES, minutes(), away), "failed since 00:00:10Z");
}

#[test]
fn while_a_node_is_unread() {
    let unread = vec![UnreadNode { node: "rabbit-2".to_owned(), why: "connection refused".to_owned() }];
    let without = |state: &BrokerState, second| {
        state.advance(&Observation { unread: unread.clone(), absences: unproven(), ..poll(second) })
    };
    let first = without(&state(), 20);
    check_one(&messages(first.clone(), "queue=c", MESSAGES, minutes(), without), "since 00:00:20Z");
    check_one(&messages(first, "queue=b", MESSAGES, minutes(), without), "since 00:00:20Z");
}

#[test]
fn while_a_queue_is_missing() {
    let growing = |state: &BrokerState, second: u64| {
        // The list is another at each poll; the message about a queue that is not in it stays the same.
        let names: Vec<_> = (0..second).map(|n| format!("q{n}")).collect();
        let queues = names.iter().map(|name| (&**name, reading(1, 0, 0, None))).collect();
        state.advance(&super::observation(second, queues))
    };
    check_one(&messages(long_read(), "queue=c", MESSAGES, minutes(), growing), "does not exist");
    check_one(&messages(long_read(), "backlog=nothing", MESSAGES, minutes(), growing), "matches none");
}

#[test]
fn while_an_answer_looks_like_success_and_is_not() {
    for (finding, words) in [(Finding::EmptyList, "empty list"), (Finding::NoQueueRows, "without a single queue")] {
        let empty = |state: &BrokerState, second| {
            state.advance(&Observation {
                finding: Some(finding),
                absences: unproven(),
                ..super::observation(second, vec![])
            })
        };
        let first = empty(&BrokerState::default(), 10);
        let messages = messages(first, "queue=a", MESSAGES, minutes(), empty);
        check_one(&messages, words);
        check_one(&messages, "since 00:00:10Z");
    }
}

#[test]
fn while_lines_cannot_be_parsed() {
    let skipping = |state: &BrokerState, second: u64| {
        let skipped = u32::try_from(second).expect("small");
        state.advance(&Observation { skipped, ..super::observation(second, vec![]) })
    };
    let first = skipping(&BrokerState::default(), 10);
    check_one(&messages(first, "queue=a", MESSAGES, minutes(), skipping), "since 00:00:10Z could not be parsed");
}

#[test]
fn while_a_queue_has_no_number() {
    let with = |consumers, state: &BrokerState, second| {
        state.advance(&super::observation(second, vec![("a", reading(second, 0, consumers, None))]))
    };
    let idle = |state: &BrokerState, second| with(1, state, second);
    check_one(
        &messages(BrokerState::default(), "queue=a", "rabbitmq_queue_ack_rate", minutes(), idle),
        "has not counted anything",
    );
    let idle = |state: &BrokerState, second| with(0, state, second);
    check_one(&messages(BrokerState::default(), "queue=a", "backlog_per_consumer", minutes(), idle), "no consumer");
}
