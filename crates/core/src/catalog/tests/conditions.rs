//! What is wrong with a broker as a whole.

use super::*;
use crate::catalog::{ConditionKind, conditions};
use crate::observation::{Finding, UnreadNode, Vhosts};

fn of(state: &BrokerState) -> Vec<(ConditionKind, String)> {
    conditions(&broker("main"), state).into_iter().map(|it| (it.kind, it.message)).collect()
}

fn kinds(state: &BrokerState) -> Vec<ConditionKind> {
    conditions(&broker("main"), state).into_iter().map(|it| it.kind).collect()
}

fn rowless(absences: Absences) -> Observation {
    Observation { finding: Some(Finding::NoQueueRows), absences, ..crate::testing::observation(0, &[]) }
}

#[test]
fn a_broker_that_is_read_whole_has_none() {
    assert_eq!(kinds(&BrokerState::default()), [], "its first read has not ended");
    assert_eq!(kinds(&long_read().advance(&poll(0))), []);
}

#[test]
fn a_broker_without_a_queue_is_in_order_if_that_is_proved() {
    let proven = |vhosts| Absences::Proven { by: SourceKind::Prometheus, vhosts };
    assert_eq!(kinds(&long_read().advance(&rowless(proven(Vhosts::All)))), []);
    let nowhere = rowless(proven(Vhosts::Only(Vec::new())));
    assert_eq!(kinds(&long_read().advance(&nowhere)), [ConditionKind::NoQueueRows]);
    let unproven = of(&long_read().advance(&rowless(unproven())));
    assert_eq!(unproven.len(), 2, "{unproven:?}");
    assert!(unproven[0].1.starts_with("the Prometheus endpoint of broker `main` has answered without a single queue"));
    assert_eq!(
        unproven[1],
        (
            ConditionKind::Unproven,
            "a queue that was not seen: the answers of broker `main` since 00:00:00Z do not show whether it exists: no \
             source has listed the queues"
                .to_owned()
        )
    );
}

#[test]
fn sentences_are_those_of_the_refusals_and_begin_when_the_cause_did() {
    let failed = long_read().failed(at(3), refused()).failed(at(8), refused());
    let sentence = "reads of broker `main` have failed since 00:00:03Z: connection refused";
    assert_eq!(of(&failed), [(ConditionKind::Unreadable, sentence.to_owned())]);
    let refusal = ask_of(failed, "rabbitmq_queue_messages", "queue=a", 15).expect_err("it is not known");
    assert!(refusal.message.ends_with(sentence), "{}", refusal.message);

    let part = |seconds| Observation {
        unread: vec![UnreadNode { node: "rabbit@two".to_owned(), why: "no route".to_owned() }],
        absences: Absences::Unproven("node rabbit@two is not read: no route".to_owned()),
        degraded: vec![(SourceKind::Management, refused())],
        skipped: 2,
        ..poll(seconds)
    };
    let expected = [
        (
            ConditionKind::SourceUnreadable(SourceKind::Management),
            "source `management` of broker `main` has failed since 00:00:00Z: connection refused",
        ),
        (
            ConditionKind::NodeUnread,
            "node rabbit@two of broker `main` has not been read since 00:00:00Z, so the queues on it are not known: no route",
        ),
        (
            ConditionKind::NotUnderstood,
            "a queue that was not seen: a part of what broker `main` has answered since 00:00:00Z could not be parsed, and \
             the queue may be in it; check that nothing between Leveret and the broker changes its answers",
        ),
    ];
    let expected = expected.map(|(kind, sentence)| (kind, sentence.to_owned()));
    assert_eq!(of(&long_read().advance(&part(0)).advance(&part(5))), expected);

    let held = of(&BrokerState::default().advance(&poll(0)));
    let [(ConditionKind::Unsettled, sentence)] = held.as_slice() else { panic!("{held:?}") };
    assert!(
        sentence.contains("have not been used since 00:00:00Z: this is since when Leveret has read it"),
        "{sentence}"
    );
}
