//! What is trusted, over sequences of observations.

use std::time::Duration;

use proptest::prelude::*;

use super::{BrokerState, HOLD_FOR, HoldCause};
use crate::observation::{
    Absence, Coverage, Failure, FailureKind, Observation, QueueId, Reading, Scope, SourceKind, UnreadNode,
};
use crate::testing::{at, observation};

fn refused() -> Failure {
    Failure { kind: FailureKind::Connect, message: "connection refused".to_owned() }
}

fn ready(state: &BrokerState, name: &str) -> Option<(u64, u64)> {
    let queue = state.queues.get("/", name)?;
    Some((queue.latest.reading.ready.present()?, queue.latest.at.since(at(0)).as_secs()))
}

#[test]
fn the_last_observation_and_one_before_are_kept() {
    let state = BrokerState::default().advance(&observation(0, &[("a", 1)])).advance(&observation(5, &[("a", 2)]));
    let queue = state.queues.get("/", "a").expect("seen");
    assert_eq!(ready(&state, "a"), Some((2, 5)));
    assert_eq!(queue.previous.map(|sample| sample.at), Some(at(0)));
    assert_eq!(state.hold(), None);
}

#[test]
fn a_restart_holds_the_last_trusted_numbers_until_the_broker_has_been_up_for_long() {
    let mut state =
        BrokerState::default().advance(&observation(0, &[("classic", 90), ("quorum", 40)])).failed(at(5), refused());
    let up = |seconds, uptime, queues: &[(&str, u64)]| Observation {
        uptime: Some(Duration::from_secs(uptime)),
        ..observation(seconds, queues)
    };
    // What a restarting broker was seen to answer: a part of the list, then all of it with a quorum queue at 0.
    for observation in [up(10, 3, &[("classic", 90)]), up(15, 8, &[("classic", 90), ("quorum", 0)])] {
        state = state.advance(&observation);
        assert_eq!((ready(&state, "classic"), ready(&state, "quorum")), (Some((90, 0)), Some((40, 0))));
    }
    state = state.advance(&up(25, 18, &[("classic", 80), ("quorum", 30)]));
    assert_eq!((ready(&state, "classic"), ready(&state, "quorum")), (Some((80, 25)), Some((30, 25))));
}

#[test]
fn without_an_uptime_a_broker_that_returns_is_not_trusted_for_a_while() {
    let blind = |seconds, queues: &[(&str, u64)]| Observation { uptime: None, ..observation(seconds, queues) };
    let mut state = BrokerState::default().advance(&blind(0, &[("a", 9)])).failed(at(5), refused());
    for seconds in [10, 15, 20] {
        state = state.advance(&blind(seconds, &[("a", 0)]));
        assert_eq!(ready(&state, "a"), Some((9, 0)));
        assert_eq!(state.hold().map(|hold| hold.cause), Some(HoldCause::Returned));
    }
    state = state.advance(&blind(25, &[("a", 1)]));
    assert_eq!((ready(&state, "a"), state.hold()), (Some((1, 25)), None));
}

#[test]
fn a_first_read_of_a_broker_that_has_just_started_gives_no_number() {
    let young = Observation { uptime: Some(Duration::from_secs(2)), ..observation(0, &[("a", 0)]) };
    let state = BrokerState::default().advance(&young);
    assert_eq!(ready(&state, "a"), None);
    assert_eq!(state.hold().map(|hold| hold.cause), Some(HoldCause::Started));
}

#[test]
fn a_queue_is_gone_only_after_complete_reads_without_it_for_fifteen_seconds() {
    let all: Vec<(&str, u64)> = vec![("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 5)];
    let mut state = BrokerState::default().advance(&observation(0, &all));
    for seconds in [1, 2, 3, 4, 5, 10, 15] {
        state = state.advance(&observation(seconds, &all[1..]));
        assert_eq!(ready(&state, "a"), Some((1, 0)), "held with its own time");
        assert_eq!(ready(&state, "b"), Some((2, seconds)), "one queue that goes does not hold the others");
    }
    state = state.advance(&observation(16, &all[1..]));
    assert_eq!(ready(&state, "a"), None);
    let slow = BrokerState::default()
        .advance(&observation(0, &all))
        .advance(&observation(60, &all[1..]))
        .advance(&observation(120, &all[1..]));
    assert_eq!(ready(&slow, "a"), Some((1, 0)), "two reads are too few, however long they take");
}

#[test]
fn a_list_that_falls_by_more_than_a_quarter_holds_every_queue_until_it_has_lasted() {
    let mut state = BrokerState::default().advance(&observation(0, &[("a", 1), ("b", 2), ("c", 3), ("d", 4)]));
    for seconds in [1, 2, 3, 4, 5, 10, 15] {
        state = state.advance(&observation(seconds, &[("a", 0)]));
        assert_eq!((ready(&state, "a"), ready(&state, "b")), (Some((1, 0)), Some((2, 0))));
        assert_eq!(state.hold().map(|hold| hold.cause), Some(HoldCause::Shrunk { from: 4, to: 1 }));
    }
    state = state.advance(&observation(16, &[("a", 0)]));
    assert_eq!((ready(&state, "a"), ready(&state, "b")), (Some((0, 16)), None));
}

#[test]
fn an_unread_node_holds_all_for_a_while_and_its_own_queues_for_good() {
    let unread = |seconds, queues: &[(&str, u64)]| Observation {
        unread: vec![UnreadNode { node: "rabbit-2".to_owned(), why: "refused".to_owned() }],
        coverage: Coverage::from_number(2),
        ..observation(seconds, queues)
    };
    let mut state = BrokerState::default().advance(&observation(0, &[("here", 7), ("there", 8)]));
    for seconds in [5, 10, 15] {
        state = state.advance(&unread(seconds, &[("here", 0)]));
        assert_eq!((ready(&state, "here"), ready(&state, "there")), (Some((7, 0)), Some((8, 0))));
    }
    for seconds in [20, 25, 30, 35, 40, 60] {
        state = state.advance(&unread(seconds, &[("here", 3)]));
        assert_eq!((ready(&state, "here"), ready(&state, "there")), (Some((3, seconds)), Some((8, 0))));
    }
    assert!(!state.seen.expect("it was seen").is_complete());
    assert_eq!(state.listed, Some(at(0)), "no list since then was whole");
}

#[test]
fn reads_of_single_queues_say_nothing_of_the_others() {
    let only = |seconds, queues: &[(&str, u64)]| Observation {
        scope: Scope::Only(vec![QueueId::new("/", "a")]),
        ..observation(seconds, queues)
    };
    let mut state = BrokerState::default().advance(&observation(0, &[("a", 1), ("b", 2), ("c", 3)]));
    for seconds in [5, 10] {
        state = state.advance(&only(seconds, &[("a", 4)]));
    }
    assert_eq!((ready(&state, "a"), ready(&state, "b")), (Some((4, 10)), Some((2, 0))));
    for seconds in [15, 20, 25, 30] {
        state = state.advance(&only(seconds, &[]));
    }
    assert_eq!((ready(&state, "a"), ready(&state, "b")), (None, Some((2, 0))));
}

#[test]
fn a_failure_keeps_every_number_with_its_time() {
    let state =
        BrokerState::default().advance(&observation(0, &[("a", 1)])).failed(at(5), refused()).failed(at(10), refused());
    assert_eq!(ready(&state, "a"), Some((1, 0)));
    assert_eq!(state.failure.map(|failure| failure.since), Some(at(5)), "since the first failure");
}

#[test]
fn a_queue_whose_rows_cannot_be_understood_is_not_gone() {
    let garbled =
        |seconds| Observation { skipped: 4, ..observation(seconds, &[("b", 2), ("c", 3), ("d", 4), ("e", 5)]) };
    let all = [("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 5)];
    let mut state = BrokerState::default().advance(&observation(0, &all));
    for seconds in [5, 10, 15, 20, 25, 30] {
        state = state.advance(&garbled(seconds));
        assert_eq!((ready(&state, "a"), ready(&state, "b")), (Some((1, 0)), Some((2, seconds))));
    }
    assert_eq!(state.listed, Some(at(0)), "no list since then was whole");
}

#[test]
fn a_restart_that_no_read_noticed_shows_in_the_counters() {
    let counted = |seconds, ready: u64, published: u64| {
        let mut observation = Observation { uptime: None, ..observation(seconds, &[("a", ready), ("b", ready)]) };
        for name in ["a", "b"] {
            let reading = observation.queues.get_mut("/", name).expect("seen");
            reading.published =
                if published == 0 { Reading::Absent(Absence::NoTraffic) } else { Reading::Present(published) };
            reading.counted_by = Some(SourceKind::Management);
        }
        observation
    };
    for after in [3, 0] {
        let mut state = BrokerState::default().advance(&counted(0, 50, 5000));
        for seconds in [5, 10, 15] {
            state = state.advance(&counted(seconds, 0, after));
            assert_eq!(ready(&state, "a"), Some((50, 0)), "counters at {after}");
        }
        state = state.advance(&counted(20, 48, after + 1));
        assert_eq!(ready(&state, "a"), Some((48, 20)));
    }
}

/// One thing that can happen at a poll.
#[derive(Clone, Debug)]
enum Event {
    Truth,
    Young { uptime: u64, shown: usize },
    Refused,
    Unread { shown: usize },
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => Just(Event::Truth),
        1 => (0..HOLD_FOR.as_secs(), 0..8_usize).prop_map(|(uptime, shown)| Event::Young { uptime, shown }),
        1 => Just(Event::Refused),
        1 => (0..8_usize).prop_map(|shown| Event::Unread { shown }),
    ]
}

proptest! {
    /// Eight queues hold 5 messages for ever. Whatever a restarting broker shows, with depths of 0 and queues left
    /// out, no number other than 5 is ever trusted and no queue counts as deleted.
    #[test]
    fn restarts_and_outages_never_show_a_wrong_number(events in prop::collection::vec(event(), 1..60)) {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let truth: Vec<(&str, u64)> = names.iter().map(|name| (*name, 5)).collect();
        let mut state = BrokerState::default().advance(&observation(0, &truth));
        for (poll, event) in events.into_iter().enumerate() {
            let now = (poll as u64 + 1) * 5;
            state = match event {
                Event::Truth => state.advance(&observation(now, &truth)),
                Event::Refused => state.failed(at(now), refused()),
                Event::Young { uptime, shown } => {
                    let part: Vec<(&str, u64)> = names[..shown].iter().map(|name| (*name, 0)).collect();
                    state.advance(&Observation { uptime: Some(Duration::from_secs(uptime)), ..observation(now, &part) })
                }
                Event::Unread { shown } => {
                    let unread = vec![UnreadNode { node: "rabbit-2".to_owned(), why: "refused".to_owned() }];
                    state.advance(&Observation { unread, ..observation(now, &truth[..shown]) })
                }
            };
            for name in names {
                prop_assert_eq!(ready(&state, name).map(|(ready, _)| ready), Some(5), "queue {} at {} s", name, now);
            }
        }
    }
}
