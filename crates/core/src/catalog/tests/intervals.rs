//! A message stays the same while its cause lasts, whatever goes wrong, at any poll interval.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::observation::{Finding, UnreadNode};

/// What is wrong with a broker, for as long as a test lasts.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    Away,
    NodeUnread,
    QueueMissing,
    EmptyList,
    Garbled,
    NotRead,
}

/// The state after one more poll of a broker with this trouble, whose counts differ from poll to poll.
fn polled(state: &BrokerState, trouble: Trouble, seconds: u64) -> BrokerState {
    let counts = seconds % 7;
    // The list grows, so that a message with its length would change.
    let more: Vec<String> = (0..seconds / 15).map(|number| format!("more-{number}")).collect();
    let queue = |name| (name, reading(counts, counts, 1, Some(1000 + seconds)));
    let healthy = || observation(seconds, more.iter().map(String::as_str).chain(["a", "b"]).map(queue).collect());
    match trouble {
        Trouble::Away => state.failed(at(seconds), refused()),
        Trouble::NodeUnread => {
            let unread = vec![UnreadNode { node: "rabbit-2".to_owned(), why: "connection refused".to_owned() }];
            state.advance(&Observation { unread, absences: unproven(), ..observation(seconds, vec![queue("b")]) })
        }
        Trouble::QueueMissing => state.advance(&healthy()),
        Trouble::EmptyList => state.advance(&Observation {
            finding: Some(Finding::EmptyList),
            absences: unproven(),
            ..observation(seconds, vec![])
        }),
        Trouble::Garbled => {
            let skipped = u32::try_from(seconds).expect("a short test");
            state.advance(&Observation { skipped, ..observation(seconds, ["b", "b.dlq", "idle"].map(queue).to_vec()) })
        }
        Trouble::NotRead => state.clone(),
    }
}

fn trouble() -> impl Strategy<Value = Trouble> {
    prop_oneof![
        Just(Trouble::Away),
        Just(Trouble::NodeUnread),
        Just(Trouble::QueueMissing),
        Just(Trouble::EmptyList),
        Just(Trouble::Garbled),
        Just(Trouble::NotRead),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// An HPA asks every 15 s while a broker is polled at any interval. Once it is refused for one reason, each answer
    /// for that reason is the same text.
    #[test]
    fn a_message_does_not_change_while_its_cause_lasts(trouble in trouble(), interval in 1_u64..20, begin in 6_u64..20) {
        let selectors = ["queue=a", "queue=b", "queue=no", "queue=no,vhost=v", "backlog=both", "backlog=strict", "backlog=nothing"];
        let mut messages: Vec<(&str, Reason, BTreeSet<String>)> = Vec::new();
        let mut state = state();
        for seconds in begin..begin + 100 {
            if (seconds - begin).is_multiple_of(interval) {
                state = polled(&state, trouble, seconds);
            }
            if !seconds.is_multiple_of(15) {
                continue;
            }
            for selector in selectors {
                let Err(refusal) = ask_of(state.clone(), "rabbitmq_queue_messages", selector, seconds) else { continue };
                match messages.iter_mut().find(|(of, reason, _)| (*of, *reason) == (selector, refusal.reason)) {
                    Some((_, _, all)) => drop(all.insert(refusal.message)),
                    None => messages.push((selector, refusal.reason, [refusal.message].into())),
                }
            }
        }
        prop_assert!(!messages.is_empty(), "nothing was refused");
        for (selector, reason, all) in messages {
            prop_assert_eq!(all.len(), 1, "{} for {}: {:#?}", selector, reason, all);
        }
    }
}

#[test]
fn a_second_outage_has_its_own_time() {
    let state = state().failed(at(40), refused()).advance(&poll(400)).failed(at(405), refused());
    let refusal = ask_of(state, "rabbitmq_queue_messages", "queue=a", 450).expect_err("stale");
    assert!(refusal.message.contains("since 00:06:45Z"), "{refusal}");
}
