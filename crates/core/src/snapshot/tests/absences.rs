//! When a queue that is not seen does not exist.

use super::*;
use crate::observation::UnreadNode;

const ALL: [(&str, u64); 5] = [("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 5)];

fn proves(state: &BrokerState, vhost: &str) -> bool {
    state.seen.as_ref().is_some_and(|seen| seen.proves_absence_in(vhost))
}

fn listed(state: &BrokerState) -> Option<u64> {
    state.listed.as_ref().map(|listing| listing.at.since(at(0)).as_secs())
}

#[test]
fn a_queue_is_gone_only_after_proving_reads_without_it_for_fifteen_seconds() {
    let mut state = long_read().advance(&observation(0, &ALL));
    for seconds in [1, 2, 3, 4, 5, 10, 15] {
        state = state.advance(&observation(seconds, &ALL[1..]));
        assert_eq!(ready(&state, "a"), Some((1, 0)), "kept with its own time");
        assert_eq!(ready(&state, "b"), Some((2, seconds)), "one queue that goes does not hold the others");
    }
    state = state.advance(&observation(16, &ALL[1..]));
    assert_eq!(ready(&state, "a"), None);
    let slow = long_read()
        .advance(&observation(0, &ALL))
        .advance(&observation(60, &ALL[1..]))
        .advance(&observation(120, &ALL[1..]));
    assert_eq!(ready(&slow, "a"), Some((1, 0)), "two reads are too few, however long they take");
}

#[test]
fn a_read_without_proof_begins_the_count_anew() {
    let mut state = long_read().advance(&observation(0, &ALL));
    for seconds in [1, 5, 10] {
        state = state.advance(&observation(seconds, &ALL[1..]));
    }
    let restart = Observation { nodes: vec![restarted(1, 0)], ..observation(14, &ALL[1..]) };
    state = state.advance(&restart);
    let after = |seconds| Observation { nodes: vec![restarted(1, seconds - 14)], ..observation(seconds, &ALL[1..]) };
    for seconds in [16, 20, 28, 29, 35, 40] {
        state = state.advance(&after(seconds));
        assert_eq!(ready(&state, "a"), Some((1, 0)), "at {seconds} s");
    }
    state = state.advance(&after(44));
    assert_eq!(ready(&state, "a"), None);
}

#[test]
fn the_first_reads_prove_nothing() {
    let mut state = BrokerState::default();
    for seconds in [0, 5, 10] {
        state = state.advance(&observation(seconds, &ALL));
        assert!(!proves(&state, "/"), "at {seconds} s");
        assert_eq!((listed(&state), state.hold().map(|hold| &hold.cause)), (None, Some(&HoldCause::FirstRead)));
    }
    state = state.advance(&observation(15, &ALL));
    assert_eq!((proves(&state, "/"), listed(&state)), (true, Some(15)));
}

#[test]
fn while_a_node_is_unread_its_queues_are_kept_and_those_of_the_others_go_on() {
    let unread = |seconds, queues: &[(&str, u64)]| Observation {
        unread: vec![UnreadNode { node: "rabbit@two".to_owned(), why: "refused".to_owned() }],
        absences: Absences::Unproven("a node is not read".to_owned()),
        ..observation(seconds, queues)
    };
    let mut state = long_read().advance(&observation(0, &[("here", 7), ("there", 8)]));
    for seconds in [5, 10, 15, 20, 25, 60] {
        state = state.advance(&unread(seconds, &[("here", 3)]));
        assert_eq!((ready(&state, "here"), ready(&state, "there")), (Some((3, seconds)), Some((8, 0))));
    }
    assert_eq!((proves(&state, "/"), listed(&state)), (false, Some(0)), "no list since then was whole");
}

#[test]
fn lines_that_cannot_be_understood_prove_nothing() {
    let garbled = |seconds| Observation { skipped: 4, ..observation(seconds, &ALL[1..]) };
    let mut state = long_read().advance(&observation(0, &ALL));
    for seconds in [5, 10, 15, 20, 25, 30] {
        state = state.advance(&garbled(seconds));
        assert_eq!((ready(&state, "a"), ready(&state, "b")), (Some((1, 0)), Some((2, seconds))));
    }
    assert_eq!(listed(&state), Some(0));
}

#[test]
fn a_proof_is_for_the_virtual_hosts_that_were_seen() {
    let vhosts = Vhosts::Only(vec!["/".into()]);
    let absences = Absences::Proven { by: SourceKind::Prometheus, vhosts };
    let state = long_read().advance(&Observation { absences, ..observation(0, &ALL) });
    assert!(proves(&state, "/") && !proves(&state, "shop"));
}

#[test]
fn reads_of_single_queues_say_nothing_of_the_others() {
    let only = |seconds, queues: &[(&str, u64)]| Observation {
        scope: Scope::Only(vec![QueueId::new("/", "a")]),
        ..observation(seconds, queues)
    };
    let mut state = long_read().advance(&observation(0, &[("a", 1), ("b", 2), ("c", 3)]));
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
fn a_broker_that_shows_other_names_at_each_read_does_not_fill_the_memory() {
    let mut state = long_read();
    for second in 0..30_u64 {
        let names: Vec<_> = (0..1500).map(|number| format!("q{second}-{number}")).collect();
        let queues: Vec<_> = names.iter().map(|name| (&**name, 1)).collect();
        state = state.advance(&observation(second, &queues));
        assert!(state.queues.len() <= 2 * 1500, "{} at {second} s", state.queues.len());
        let forgotten = second > 1;
        let gone = state.queues.get("/", "q0-0").is_none();
        assert!(!gone || forgotten);
        assert!(
            !gone || !(proves(&state, "/") || listed(&state).is_some()),
            "a forgotten queue is missing at {second} s"
        );
    }
}
