//! What is trusted, over sequences of observations.

mod absences;
mod model;

use std::time::Duration;

use super::{BrokerState, Counter, HoldCause, NotComparable};
use crate::observation::{
    Absence, Absences, Failure, FailureKind, NodeId, NodeSeen, NodeStart, Observation, Origin, QueueId, QueueKind,
    Reading, Scope, SourceKind, Vhosts,
};
use crate::testing::{NODE, at, long_read, node, observation};

fn refused() -> Failure {
    Failure { kind: FailureKind::Connect, message: "connection refused".to_owned() }
}

/// The ready messages that are trusted, and the second they are of.
fn ready(state: &BrokerState, name: &str) -> Option<(u64, u64)> {
    let queue = state.queues.get("/", name)?;
    Some((queue.latest().reading.ready.present()?, queue.at().since(at(0)).as_secs()))
}

/// Why a queue's falls are not used.
fn cause(state: &BrokerState, name: &str) -> Option<HoldCause> {
    Some(state.hold_of(state.queues.get("/", name)?)?.cause)
}

/// [`NODE`] after a restart, `seconds` ago.
fn restarted(number: i64, seconds: u64) -> NodeSeen {
    let start = NodeStart::derive(at(0), Duration::ZERO);
    let start = (0..number).fold(start, |start, _| start.after(start));
    NodeSeen { start: Some(start), answering: Some(Duration::from_secs(seconds)), went_on: false, ..node(NODE) }
}

/// The same observation by the management API, which reports no uptimes.
fn managed(mut observation: Observation) -> Observation {
    for node in &mut observation.nodes {
        *node = NodeSeen { source: SourceKind::Management, answering: None, went_on: false, ..node.clone() };
    }
    observation.queues.retain(|_, _, reading| {
        reading.origin = Some(Origin::new(SourceKind::Management, Some(NodeId::of(NODE))));
        true
    });
    let absences = Absences::Proven { by: SourceKind::Management, vhosts: Vhosts::All };
    Observation { read_by: vec![SourceKind::Management], absences, ..observation }
}

#[test]
fn the_last_observation_and_one_before_are_kept() {
    let state = long_read().advance(&observation(0, &[("a", 1)])).advance(&observation(5, &[("a", 0)]));
    let queue = state.queues.get("/", "a").expect("seen");
    assert_eq!(ready(&state, "a"), Some((0, 5)));
    assert_eq!(queue.state().previous.map(|sample| sample.at), Some(at(0)));
    assert_eq!((state.hold(), cause(&state, "a")), (None, None));
}

#[test]
fn after_a_restart_a_number_that_fell_is_not_used_until_it_has_stayed_so() {
    let mut state = long_read().advance(&observation(0, &[("a", 90), ("b", 40)])).failed(at(5), refused());
    let up = |seconds, answering, queues: &[(&str, u64)]| Observation {
        nodes: vec![restarted(1, answering)],
        ..observation(seconds, queues)
    };
    // What a restarting broker was seen to answer: a part of the list, then all of it with a quorum queue at 0.
    for observation in [up(10, 0, &[("a", 90)]), up(15, 5, &[("a", 95), ("b", 0)])] {
        state = state.advance(&observation);
        assert_eq!(ready(&state, "b"), Some((40, 0)));
    }
    assert_eq!(ready(&state, "a"), Some((95, 15)), "a number that did not fall is used at once");
    assert_eq!(cause(&state, "a"), Some(HoldCause::NodeStarted(NODE.into())));
    state = state.advance(&up(25, 15, &[("a", 80), ("b", 30)]));
    assert_eq!(
        (ready(&state, "a"), ready(&state, "b")),
        (Some((80, 25)), Some((40, 0))),
        "b was missing later than that"
    );
    state = state.advance(&up(30, 20, &[("a", 80), ("b", 30)]));
    assert_eq!(ready(&state, "b"), Some((30, 30)));
}

#[test]
fn every_restart_begins_its_own_hold() {
    let mut state = long_read().advance(&observation(0, &[("a", 100)]));
    for (seconds, number, answering) in [(10, 1, 0), (20, 1, 10), (22, 2, 0), (32, 2, 10)] {
        let again = Observation { nodes: vec![restarted(number, answering)], ..observation(seconds, &[("a", 0)]) };
        state = state.advance(&again);
        assert_eq!(ready(&state, "a"), Some((100, 0)), "at {seconds} s");
    }
}

#[test]
fn a_failed_read_holds_only_where_a_restart_cannot_be_excluded() {
    let before = long_read().advance(&observation(0, &[("a", 9)])).failed(at(5), refused());
    let went_on = before.advance(&observation(10, &[("a", 1)]));
    assert_eq!(ready(&went_on, "a"), Some((1, 10)));
    let unknown =
        Observation { nodes: vec![NodeSeen { went_on: false, ..node(NODE) }], ..observation(10, &[("a", 1)]) };
    let state = before.advance(&unknown);
    assert_eq!((ready(&state, "a"), cause(&state, "a")), (Some((9, 0)), Some(HoldCause::NodeReturned(NODE.into()))));
}

#[test]
fn at_the_first_read_of_a_young_or_unknown_node_a_zero_waits_and_a_number_does_not() {
    for answering in [None, Some(Duration::from_secs(3))] {
        let young = |seconds| Observation {
            nodes: vec![NodeSeen { answering, went_on: false, ..node(NODE) }],
            ..observation(seconds, &[("a", 0), ("b", 7)])
        };
        let mut state = BrokerState::default();
        for seconds in [0, 5, 10] {
            state = state.advance(&young(seconds));
            let unsettled = state.queues.get("/", "a").map(|queue| queue.latest().reading.ready);
            assert_eq!(unsettled, Some(Reading::Absent(Absence::Unsettled)), "at {seconds} s");
            assert_eq!(ready(&state, "b"), Some((7, seconds)));
        }
        state = state.advance(&young(15));
        assert_eq!(ready(&state, "a"), Some((0, 15)));
    }
    let old = BrokerState::default().advance(&observation(0, &[("a", 0)]));
    assert_eq!(ready(&old, "a"), Some((0, 0)), "a row of a node that has been up for long is right");
    let managed = BrokerState::default().advance(&managed(observation(0, &[("a", 0), ("b", 7)])));
    assert_eq!((ready(&managed, "a"), ready(&managed, "b")), (None, Some((7, 0))));
}

#[test]
fn a_row_that_is_not_filled_at_the_first_read_says_nothing_about_counters() {
    let row = |seconds, ready: u64, published: Option<u64>| {
        let mut observation = managed(observation(seconds, &[("a", ready)]));
        let reading = observation.queues.get_mut("/", "a").expect("seen");
        reading.published = published.map_or(Reading::Absent(Absence::NoTraffic), Reading::Present);
        reading.counted_by = published.map(|_| SourceKind::Management);
        observation
    };
    let rate = |state: &BrokerState| state.delta(state.queues.get("/", "a").expect("seen"), Counter::Published);
    let mut state = BrokerState::default().advance(&row(0, 0, None)).advance(&row(1, 0, None));
    state = state.advance(&row(2, 5, Some(750_000)));
    assert_eq!(rate(&state), Err(NotComparable::FirstSample));
    state = state.advance(&row(3, 5, Some(750_010)));
    assert_eq!(rate(&state).map(|delta| delta.increase), Ok(10));
    let mut idle = BrokerState::default();
    for (seconds, published) in (0..60).map(|seconds| (seconds, (seconds >= 40).then_some(seconds))) {
        idle = idle.advance(&row(seconds, 5, published));
    }
    assert!(rate(&idle).is_ok_and(|delta| delta.increase > 0), "{:?}", rate(&idle));
}

#[test]
fn a_queue_that_moves_is_held_and_no_other() {
    let mut state = BrokerState::default();
    for seconds in [0, 20] {
        state = state.advance(&managed(observation(seconds, &[("a", 44), ("b", 8)])));
    }
    for seconds in [25, 30, 35] {
        let mut moved = managed(observation(seconds, &[("a", 0), ("b", 3)]));
        let origin = Origin::new(SourceKind::Management, Some(NodeId::of("rabbit@two")));
        moved.queues.get_mut("/", "a").expect("seen").origin = Some(origin);
        state = state.advance(&moved);
        assert_eq!((ready(&state, "a"), ready(&state, "b")), (Some((44, 20)), Some((3, seconds))));
        assert_eq!((cause(&state, "a"), cause(&state, "b")), (Some(HoldCause::Moved), None));
    }
}

#[test]
fn other_running_nodes_hold_what_elects_a_leader_and_not_a_classic_queue() {
    let mut state = BrokerState::default();
    let read = |seconds, nodes: &[&str], depth| {
        let mut read = managed(observation(seconds, &[("classic", depth), ("quorum", depth)]));
        let first = read.nodes[0].clone();
        read.nodes = nodes.iter().map(|name| NodeSeen { name: (*name).into(), ..first.clone() }).collect();
        read.queues.get_mut("/", "classic").expect("seen").kind = Some(QueueKind::Classic);
        read.queues.get_mut("/", "quorum").expect("seen").kind = Some(QueueKind::Quorum);
        read
    };
    for seconds in [0, 20] {
        state = state.advance(&read(seconds, &[NODE, "rabbit@two"], 9));
    }
    state = state.advance(&read(25, &[NODE], 4));
    assert_eq!((ready(&state, "classic"), ready(&state, "quorum")), (Some((4, 25)), Some((9, 20))));
    assert_eq!(cause(&state, "quorum"), Some(HoldCause::NodesChanged));
}

#[test]
fn a_list_that_falls_by_more_than_a_quarter_holds_every_queue_that_it_shows() {
    let mut state = BrokerState::default();
    let all = [("a", 1), ("b", 2), ("c", 3), ("d", 4)];
    for seconds in [0, 20] {
        state = state.advance(&managed(observation(seconds, &all)));
    }
    for seconds in [21, 25, 30, 35] {
        state = state.advance(&managed(observation(seconds, &[("a", 0)])));
        assert_eq!((ready(&state, "a"), ready(&state, "b")), (Some((1, 20)), Some((2, 20))));
        assert_eq!(cause(&state, "a"), Some(HoldCause::Shrunk { from: 4, to: 1 }));
    }
    state = state.advance(&managed(observation(36, &[("a", 0)])));
    assert_eq!(ready(&state, "a"), Some((0, 36)));
}

#[test]
fn a_failure_keeps_every_number_with_its_time() {
    let state = long_read().advance(&observation(0, &[("a", 1)])).failed(at(5), refused()).failed(at(10), refused());
    assert_eq!(ready(&state, "a"), Some((1, 0)));
    assert_eq!(state.failure.map(|failure| failure.since), Some(at(5)), "since the first failure");
}

#[test]
fn a_restart_that_no_read_noticed_shows_in_the_counters() {
    let counted = |seconds, ready: u64, published: u64| {
        let mut observation = managed(observation(seconds, &[("a", ready), ("b", ready)]));
        for name in ["a", "b"] {
            let reading = observation.queues.get_mut("/", name).expect("seen");
            reading.published =
                if published == 0 { Reading::Absent(Absence::NoTraffic) } else { Reading::Present(published) };
            reading.counted_by = Some(SourceKind::Management);
        }
        observation
    };
    for after in [3, 0] {
        let mut state = BrokerState::default().advance(&counted(0, 50, 4900)).advance(&counted(20, 50, 5000));
        for seconds in [25, 30, 35] {
            state = state.advance(&counted(seconds, 0, after));
            assert_eq!(ready(&state, "a"), Some((50, 20)), "counters at {after}");
        }
    }
}
