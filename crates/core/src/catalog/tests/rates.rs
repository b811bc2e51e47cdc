//! Rates over sequences of polls.

use super::*;

#[test]
fn a_rate_is_steady_although_the_broker_refreshes_its_counters_in_steps() {
    let mut state = BrokerState::default();
    for second in 0..90 {
        // Ten messages a second, which the broker adds to its counter every five seconds.
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

#[test]
fn counters_that_dip_and_come_back_are_not_taken_for_messages() {
    // Two messages a second. For one read, and later for two, the broker lacks most of what it had counted.
    let counted = [1000, 1010, 1020, 400, 1040, 1050, 1060, 410, 420, 1090, 1100, 1110];
    let (mut state, mut rates) = (BrokerState::default(), Vec::new());
    for (poll, counted) in counted.into_iter().enumerate() {
        let seconds = poll as u64 * 5;
        state = state.advance(&observation(seconds, vec![("a", reading(0, 0, 0, Some(counted)))]));
        let answer = ask_of(state.clone(), "rabbitmq_queue_publish_rate", "queue=a", seconds);
        rates.push(answer.map_or_else(|refusal| refusal.reason.to_string(), |items| items[0].value.to_string()));
    }
    let (first, reset) = ("first_sample", "counter_reset");
    assert_eq!(rates, [first, "2", "2", reset, first, "2", "2", reset, "2", first, "2", "2"]);
}

/// What the four rates of a queue are after 30 s in which it was read every 5 s: `publish`, `deliver`, `ack`, `redeliver`.
#[track_caller]
fn check_rates(what: &str, queue: impl Fn(u64) -> QueueReading, expected: [&str; 4]) {
    let rates = rates_of(|seconds| observation(seconds, vec![("a", queue(seconds))]));
    assert_eq!(rates, expected, "{what}");
}

/// What the four rates of the queue `a` are after 30 s of observations.
pub(super) fn rates_of(observation: impl Fn(u64) -> Observation) -> [String; 4] {
    let state = (0..=30).step_by(5).fold(long_read(), |state, seconds| state.advance(&observation(seconds)));
    ["publish_rate", "deliver_rate", "ack_rate", "redeliver_rate"].map(|signal| {
        let answer = ask_of(state.clone(), &format!("rabbitmq_queue_{signal}"), "queue=a", 30);
        answer.map_or_else(|refusal| refusal.reason.to_string(), |items| items[0].value.to_string())
    })
}

/// A queue with this many messages and consumers, and its counters, of which `None` is not there.
pub(super) fn counted(messages: u64, consumers: u64, counters: [Option<u64>; 4]) -> QueueReading {
    let [published, delivered, acked, redelivered] =
        counters.map(|count| count.map_or(Reading::Absent(Absence::NoTraffic), Reading::Present));
    let any = counters.iter().any(Option::is_some);
    QueueReading {
        published,
        delivered,
        acked,
        redelivered,
        counted_by: any.then_some(SourceKind::Prometheus),
        ..reading(messages, 0, consumers, None)
    }
}

#[test]
fn a_rate_is_right_or_an_error_whatever_the_broker_counts() {
    let five = |seconds: u64| Some(5 * seconds);
    check_rates(
        "counted on both sides",
        |at| counted(7, 2, [five(at), five(at), five(at), Some(0)]),
        ["5", "5", "5", "0"],
    );
    check_rates(
        "published, and nothing to take it away",
        |at| counted(5 * at, 0, [five(at), None, None, None]),
        ["5", "0", "0", "0"],
    );
    check_rates(
        "published by a client that is not counted",
        |at| counted(5 * at, 0, [None; 4]),
        ["no_traffic", "0", "0", "0"],
    );
    check_rates(
        "the same, with a consumer that is counted and keeps up",
        |at| counted(0, 1, [None, five(at), five(at), Some(0)]),
        ["no_traffic", "5", "5", "0"],
    );
    check_rates(
        "published by clients of which one is not counted",
        |at| counted(10 * at, 0, [five(at), None, None, None]),
        ["uncounted", "0", "0", "0"],
    );
    check_rates(
        "consumed by a client that is not counted, after one get",
        |at| counted(0, 1, [five(at), Some(1), Some(1), Some(0)]),
        ["5", "uncounted", "uncounted", "0"],
    );
    check_rates(
        "expired or purged",
        |at| counted(0, 0, [five(at), None, None, None]),
        ["5", "no_traffic", "no_traffic", "no_traffic"],
    );
    check_rates(
        "rejected: delivered, and not acknowledged",
        |at| counted(0, 1, [five(at), five(at), Some(0), Some(0)]),
        ["5", "5", "0", "0"],
    );
    check_rates("unused, with a consumer", |_| counted(0, 1, [None; 4]), ["no_traffic"; 4]);
    check_rates("unused, without one", |_| counted(3, 0, [None; 4]), ["0"; 4]);
    let still = |_| QueueReading { work: Some(7414), ..counted(0, 1, [None; 4]) };
    check_rates("unused, with a consumer, and a process that has done no work", still, ["0"; 4]);
}

#[test]
fn a_first_burst_counts_from_zero() {
    let burst = |at: u64| counted(if at >= 25 { 2000 } else { 0 }, 0, [(at >= 25).then_some(2000), None, None, None]);
    check_rates("2000 messages within the last 15 s", burst, ["133334m", "0", "0", "0"]);
}

#[test]
fn a_rate_over_several_queues_counts_idle_ones_as_zero() {
    let mut state = long_read();
    for seconds in [0, 5, 10, 15, 20] {
        let busy = counted(0, 1, [Some(5 * seconds), Some(5 * seconds), Some(5 * seconds), Some(0)]);
        let queues = vec![("a", busy), ("b", counted(0, 0, [None; 4]))];
        state = state.advance(&observation(seconds, queues));
    }
    let items = ask_of(state, "rabbitmq_queue_publish_rate", "backlog=pattern", 20).expect("a rate");
    assert_eq!(items[0].value.to_string(), "5");
}

#[test]
fn entries_of_a_stream_are_no_backlog() {
    let mut state = long_read();
    for seconds in [0, 5] {
        let stream = QueueReading { kind: Some(QueueKind::Stream), ..reading(50, 0, 1, Some(50)) };
        state = state.advance(&observation(seconds, vec![("a.stream", stream), ("a", reading(2, 0, 1, None))]));
    }
    for signal in
        ["rabbitmq_queue_messages", "rabbitmq_queue_messages_ready", "backlog_per_consumer", "rabbitmq_queue_ack_rate"]
    {
        let refusal = ask_of(state.clone(), signal, "queue=a.stream", 8).expect_err("no backlog");
        assert_eq!(refusal.reason, Reason::Stream, "{refusal}");
    }
    let items = ask_of(state.clone(), "rabbitmq_queue_consumers", "queue=a.stream", 8).expect("its consumers");
    assert_eq!(items[0].value.to_string(), "1");
    let items = ask_of(state, "rabbitmq_queue_messages", "backlog=pattern", 8).expect("without the stream");
    assert_eq!(items[0].value.to_string(), "2");
}
