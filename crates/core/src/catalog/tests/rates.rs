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
