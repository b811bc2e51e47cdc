//! Questions that have a number for an answer.

use super::*;

#[test]
fn of_a_single_active_consumer_the_waiting_ones_do_not_divide_the_backlog() {
    let queue = |single_active| QueueReading { single_active, ..reading(100, 0, 5, None) };
    let state = |a, b| long_read().advance(&observation(0, vec![("a", queue(a)), ("b", queue(b))]));
    let per_consumer = |a, b, selector: &str| {
        let items = ask_of(state(a, b), "backlog_per_consumer", selector, 3).expect("a number");
        items[0].value.to_string()
    };
    assert_eq!(per_consumer(None, None, "queue=a"), "20", "it is not known");
    assert_eq!(per_consumer(Some(false), None, "queue=a"), "20");
    assert_eq!(per_consumer(Some(true), None, "queue=a"), "100");
    assert_eq!(per_consumer(Some(true), Some(false), "backlog=both"), "33334m", "200 messages for 6 consumers");
    let items = ask_of(state(Some(true), None), "rabbitmq_queue_consumers", "queue=a", 3).expect("a number");
    assert_eq!(items[0].value.to_string(), "5", "all are subscribed");
}
use crate::catalog::Status;

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
    assert_eq!((item.value.to_string().as_str(), item.at), ("8", at(5)), "b was not in the last answer and is held");
}

#[test]
fn a_pattern_holds_over_a_failed_read_as_a_single_queue_does() {
    for selector in ["queue=a", "backlog=both", "backlog=pattern", "backlog=hopeful", "backlog=nothing_is_zero"] {
        let held = ask_of(state().failed(at(10), refused()), "rabbitmq_queue_messages", selector, 12);
        assert_eq!(held.expect("held").first().map(|item| item.at), Some(at(5)), "{selector}");
        let refusal =
            ask_of(state().failed(at(10), refused()), "rabbitmq_queue_messages", selector, 36).expect_err("stale");
        assert_eq!(refusal.reason.status(), Status::Unavailable, "{selector}: {refusal}");
    }
}

#[test]
fn a_backlog_adds_up_what_its_queues_answer_by_themselves() {
    let poll = |seconds, counted: [u64; 2]| {
        let queue = |count| reading(0, 0, 0, Some(count));
        observation(seconds, vec![("a", queue(counted[0])), ("b", queue(counted[1]))])
    };
    let state = long_read().advance(&poll(0, [0, 0])).advance(&poll(3, [1, 1]));
    let rate = |selector| {
        let items = ask_of(state.clone(), "rabbitmq_queue_publish_rate", selector, 3).expect("a rate");
        items.iter().map(|item| item.value.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(rate("queue in (a,b)"), "334m 334m");
    assert_eq!(
        (rate("backlog=both"), rate("backlog=largest"), rate("backlog=mean")),
        ("668m".into(), "334m".into(), "334m".into())
    );
}

#[test]
fn what_the_hpa_would_misread_is_refused() {
    let largest = crate::quantity::Milli::LARGEST_COUNT;
    let queues = |ready| vec![("a", reading(ready, 0, 1, None)), ("b", reading(largest, 0, 1, None))];
    let ask =
        |ready, signal, selector| ask_of(long_read().advance(&observation(0, queues(ready))), signal, selector, 1);
    let items = ask(largest, "rabbitmq_queue_messages", "queue=a").expect("it fits");
    assert_eq!(items[0].value.to_string(), "9223372036854775");
    check_refusal(
        ask(largest + 1, "backlog_per_consumer", "queue=a"),
        Reason::NotAQuantity,
        "queue `a` in vhost `/` of broker `main` has no `backlog_per_consumer`: it is larger than 9223372036854775, the \
         largest number that an HPA can read; check that the configured address is that of a RabbitMQ node",
    );
    let refusal = ask(1, "rabbitmq_queue_messages", "backlog=both").expect_err("the sum does not fit");
    assert_eq!(refusal.reason, Reason::NotAQuantity);
    assert!(
        refusal.message.starts_with("backlog `both` on broker `main` has no `rabbitmq_queue_messages`"),
        "{refusal}"
    );
    let items = ask(1, "rabbitmq_queue_messages", "backlog=mean").expect("the mean fits");
    assert_eq!(items[0].value.to_string(), "4611686018427388");
}
