//! What is remembered of questions, and for how long.

use super::*;
use leveret_core::testing::at;

const READY: Signal = Signal::MessagesReady;

#[test]
fn an_answer_that_becomes_another_is_a_change_and_the_same_one_is_not() {
    let (questions, orders) = (Questions::default(), QueueId::new("/", "orders"));
    let ask = |missing, seconds| questions.of_queue("main", &orders, READY, missing, at(seconds));
    assert_eq!(ask(None, 0), None, "a number is what is expected");
    assert_eq!(ask(Some(Reason::Stale), 15), Some(Change::NoNumber));
    assert_eq!(ask(Some(Reason::Stale), 30), None);
    assert_eq!(ask(Some(Reason::NodeUnread), 45), Some(Change::NoNumber), "another reason");
    assert_eq!(ask(None, 60), Some(Change::NumberAgain));
    assert_eq!(ask(None, 75), None);
    let other = |missing, seconds| questions.of_queue("main", &orders, Signal::Consumers, missing, at(seconds));
    assert_eq!(other(Some(Reason::Absent), 80), Some(Change::NoNumber), "another signal is another question");
    assert_eq!(other(Some(Reason::Absent), 681), Some(Change::NoNumber), "the first time in ten minutes");
}

#[test]
fn what_was_asked_lately_is_known_by_queue_and_by_backlog() {
    let (questions, orders) = (Questions::default(), QueueId::new("/", "orders"));
    questions.of_queue("main", &orders, READY, None, at(0));
    questions.of_queue("main", &orders, Signal::Consumers, None, at(5));
    questions.of_backlog("main", "all", READY, Some(Reason::QueueMissing), at(5));
    let asked = questions.asked_for("main", at(600));
    assert_eq!(asked.queues, BTreeMap::from([(orders.clone(), vec![READY, Signal::Consumers])]));
    assert_eq!(asked.backlogs, BTreeMap::from([("all".into(), vec![READY])]));
    let asked = questions.asked_for("main", at(601));
    assert_eq!(asked.queues, BTreeMap::from([(orders, vec![Signal::Consumers])]));
    assert_eq!(questions.asked_for("main", at(606)), AskedFor::default());
    assert_eq!(questions.asked_for("other", at(0)), AskedFor::default());
}

#[test]
fn questions_are_bounded_in_number() {
    let questions = Questions::default();
    let ask = |name: usize, seconds| {
        let queue = QueueId::new("/", name.to_string());
        (
            questions.of_queue("main", &queue, READY, Some(Reason::QueueMissing), at(seconds)),
            questions.of_backlog("main", &queue.name, READY, Some(Reason::QueueMissing), at(seconds)),
            questions.unclear(&queue.name, at(seconds)),
        )
    };
    let (logged, dropped) = ((Some(Change::NoNumber), Some(Change::NoNumber), true), (None, None, false));
    assert!((0..REMEMBERED_MAX).all(|name| ask(name, 0) == logged));
    assert_eq!(ask(REMEMBERED_MAX, 1), dropped);
    assert_eq!(questions.asked_for("main", at(1)).queues.len(), REMEMBERED_MAX);
    assert_eq!(ask(REMEMBERED_MAX, 601), logged, "old ones are forgotten");
}

#[test]
fn a_question_that_names_nothing_is_new_once() {
    let questions = Questions::default();
    assert!(questions.unclear("there is no metric `a`", at(0)));
    assert!(!questions.unclear("there is no metric `a`", at(600)));
    assert!(questions.unclear("there is no metric `b`", at(600)));
    assert!(questions.unclear("there is no metric `a`", at(1201)));
}
