//! The numbers of queues and backlogs.

use super::*;

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
fn a_rate_is_steady_although_the_broker_refreshes_its_counters_in_steps() {
    let mut state = BrokerState::default();
    for second in 0..90 {
        // Ten messages a second, of which the broker's counter learns every five seconds.
        let counted = second / 5 * 50;
        state = state.advance(&observation(second, vec![("a", reading(0, 0, 0, Some(counted)))]));
        if second >= 20 {
            let item =
                ask_of(state.clone(), "rabbitmq_queue_publish_rate", "queue=a", second).expect("a rate").remove(0);
            assert!((6.6..=13.4).contains(&item.value.as_f64()), "{} at {second} s", item.value);
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
        rates.push(answer.map_or_else(|refusal| refusal.reason.to_string(), |items| items[0].value.to_string()));
    }
    assert_eq!(rates, ["first_sample", "10", "10", "counter_reset", "10", "10"]);
}
