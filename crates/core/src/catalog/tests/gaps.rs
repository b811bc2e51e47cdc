//! Numbers that a known queue does not have.

use super::*;
use crate::observation::Finding;

#[test]
fn numbers_that_a_known_queue_does_not_have() {
    let unavailable = |answer, reason, message| check_refusal(answer, reason, message);
    unavailable(
        ask("backlog_per_consumer", "queue=b.dlq"),
        Reason::NoConsumers,
        "queue `b.dlq` in vhost `/` of broker `main` has no `backlog_per_consumer`: there is no consumer to divide by; to scale \
         up from zero, use the metric `rabbitmq_queue_messages`",
    );
    let uncounted = |seconds| observation(seconds, vec![("consumed", reading(0, 0, 1, None))]);
    let uncounted = long_read().advance(&uncounted(0)).advance(&uncounted(5));
    unavailable(
        ask_of(uncounted, "rabbitmq_queue_ack_rate", "queue=consumed", 8),
        Reason::NoTraffic,
        "queue `consumed` in vhost `/` of broker `main` has no `rabbitmq_queue_ack_rate`: the broker has not counted anything \
         for this queue, and it is not known that nothing happened: it counts what AMQP 0-9-1 clients do since its start, not \
         what AMQP 1.0 and MQTT clients do (RabbitMQ 4.0 and later), and nothing with `management.rates_mode = none`; use the \
         metric `rabbitmq_queue_messages`",
    );
    let queues = ["b", "b.dlq", "idle"].map(|name| (name, reading(0, 0, 0, None)));
    let reset = [("a", reading(1, 1, 1, Some(3)))].into_iter().chain(queues).collect();
    let reset = state().advance(&observation(10, reset));
    let refusal = ask_of(reset, "rabbitmq_queue_publish_rate", "queue=a", 11).expect_err("a reset");
    assert_eq!(refusal.reason, Reason::CounterReset);
    let first = long_read().advance(&observation(0, vec![("a", reading(1, 1, 1, Some(3)))]));
    let refusal = ask_of(first, "rabbitmq_queue_publish_rate", "queue=a", 1).expect_err("a first sample");
    assert_eq!(refusal.reason, Reason::FirstSample);
    let off = QueueReading::absent(Absence::CollectorOff);
    let off =
        long_read().advance(&Observation { finding: Some(Finding::CollectorOff), ..observation(0, vec![("a", off)]) });
    let refusal = ask_of(off, "rabbitmq_queue_messages", "queue=a", 1).expect_err("no collector");
    assert_eq!(refusal.reason, Reason::CollectorOff);
}

#[test]
fn a_source_that_failed_is_the_cause_of_the_numbers_that_only_it_has() {
    let failed = Observation {
        degraded: vec![(SourceKind::Management, refused())],
        ..observation(0, vec![("a", QueueReading::absent(Absence::FillFailed))])
    };
    check_refusal(
        ask_of(long_read().advance(&failed), "rabbitmq_queue_ack_rate", "queue=a", 1),
        Reason::FillFailed,
        "queue `a` in vhost `/` of broker `main` has no `rabbitmq_queue_ack_rate`: this number comes from the management API, \
         which could not be read in the last poll: connection refused",
    );
}

#[test]
fn a_backlog_names_the_first_queue_that_has_no_number() {
    for order in [["b1", "b2"], ["b2", "b1"]] {
        let polls = order.map(|name| (name, reading(0, 0, 0, None)));
        let state = long_read().advance(&observation(0, polls.to_vec()));
        let refusal = ask_of(state, "rabbitmq_queue_ack_rate", "backlog=pattern", 1).expect_err("no traffic");
        assert!(refusal.message.starts_with("queue `b1` in vhost `/` of broker `main` has no"), "{refusal}");
    }
    let idle = ["a", "b"].map(|name| (name, reading(1, 0, 0, None))).to_vec();
    let state = long_read().advance(&observation(0, idle));
    let refusal = ask_of(state, "backlog_per_consumer", "backlog=both", 1).expect_err("no consumers");
    assert!(refusal.message.starts_with("backlog `both` on broker `main` has no `backlog_per_consumer`"), "{refusal}");
}
