//! Nodes over sequences of reads.

use super::*;
use leveret_core::testing::at;

fn seconds(uptime: u64) -> Duration {
    Duration::from_secs(uptime)
}

fn note(nodes: &mut Nodes, read: &[(&str, Option<Duration>)], second: u64) -> NodeSet {
    nodes.note(SourceKind::Prometheus, read, at(second))
}

#[test]
fn coverage_does_not_depend_on_the_order_or_number_of_addresses() {
    let mut nodes = Nodes::default();
    let up = Some(seconds(9));
    let both = note(&mut nodes, &[("a", up), ("b", None)], 0).coverage;
    assert_eq!(both, note(&mut nodes, &[("b", None), ("a", up), ("a", up)], 0).coverage);
    assert_ne!(both, note(&mut nodes, &[("a", up)], 0).coverage);
    let other_source = nodes.note(SourceKind::Management, &[("a", up), ("b", None)], at(0));
    assert_ne!(both, other_source.coverage);
}

#[test]
fn a_node_that_restarted_counts_as_another_and_as_answering_since_it_was_seen_again() {
    let mut nodes = Nodes::default();
    let before = note(&mut nodes, &[("a", Some(seconds(90))), ("b", Some(seconds(80)))], 0);
    assert_eq!(before.uptime, Some(seconds(80)));
    let silent = note(&mut nodes, &[("a", None), ("b", Some(seconds(85)))], 5);
    assert_eq!((silent.coverage, silent.uptime), (before.coverage, Some(seconds(85))));
    let after = note(&mut nodes, &[("a", Some(seconds(16))), ("b", Some(seconds(110)))], 30);
    assert_eq!(after.uptime, Some(seconds(0)));
    assert_ne!(before.coverage, after.coverage);
    let later = note(&mut nodes, &[("a", Some(seconds(21))), ("b", Some(seconds(115)))], 35);
    assert_eq!((later.coverage, later.uptime), (after.coverage, Some(seconds(5))));
}

#[test]
fn a_node_that_is_first_seen_while_it_starts_answers_since_then() {
    let mut nodes = Nodes::default();
    assert_eq!(note(&mut nodes, &[("a", Some(seconds(17)))], 0).uptime, Some(seconds(0)));
    assert_eq!(note(&mut nodes, &[("a", Some(seconds(22)))], 5).uptime, Some(seconds(5)));
    // A program that starts while the node settles waits for it once more.
    let mut fresh = Nodes::default();
    assert_eq!(note(&mut fresh, &[("a", Some(seconds(24)))], 7).uptime, Some(seconds(0)));
    assert_eq!(note(&mut fresh, &[("a", Some(seconds(29))), ("b", Some(seconds(600)))], 12).uptime, Some(seconds(5)));
    assert_eq!(note(&mut fresh, &[("b", Some(seconds(605)))], 17).uptime, Some(seconds(605)));
}

#[test]
fn an_uptime_that_lags_is_not_a_restart() {
    let (mut nodes, up) = (Nodes::default(), |uptime| [("a", Some(seconds(uptime)))]);
    let first = note(&mut nodes, &up(100), 0);
    // It jumps back by 3 s every other second.
    for second in 1..60 {
        let uptime = 100 + second - if second % 2 == 0 { 0 } else { 3 };
        let seen = note(&mut nodes, &up(uptime), second);
        assert_eq!((seen.coverage, seen.uptime), (first.coverage, Some(seconds(uptime))));
        // The management API lags by 5 s.
        let lagging = nodes.note(SourceKind::Management, &up(95 + second), at(second));
        assert_eq!(lagging.uptime, Some(seconds(95 + second)));
    }
}

#[test]
fn a_node_that_restarts_while_it_starts_counts_as_another() {
    let mut nodes = Nodes::default();
    let first = note(&mut nodes, &[("a", Some(seconds(8)))], 0);
    let again = note(&mut nodes, &[("a", Some(seconds(9)))], 12);
    assert_ne!(first.coverage, again.coverage);
    assert_eq!(again.uptime, Some(seconds(0)));
}

/// Reads of a node that restarts twice, the second time within a minute: when, and its uptime, which lags.
const RECORDING: [(u64, u64); 7] = [(100, 700), (105, 702), (110, 710), (160, 4), (165, 9), (175, 3), (180, 6)];

#[test]
fn a_recording_that_is_replayed_in_a_fresh_process_gives_the_same_coverage() {
    let replay = |reads: &[(u64, u64)]| -> Vec<Coverage> {
        let mut nodes = Nodes::new("http://rabbit:15692");
        let read = |(second, uptime): &(u64, u64)| {
            note(&mut nodes, &[("a", Some(seconds(*uptime))), ("b", None)], *second).coverage
        };
        reads.iter().map(read).collect()
    };
    let first = replay(&RECORDING);
    assert_eq!(first, replay(&RECORDING));
    let changes: Vec<_> = first.windows(2).map(|pair| pair[0] != pair[1]).collect();
    assert_eq!(changes, [false, false, true, false, true, false], "each restart changes it, a lag does not");
    // A program that starts in between derives the same start.
    assert_eq!(replay(&RECORDING[1..3]), first[1..3]);
}

#[test]
fn nodes_of_the_same_name_in_another_cluster_are_others() {
    let (mut one, mut other) = (Nodes::new("http://one:15692"), Nodes::new("http://other:15692"));
    let read = [("rabbit@localhost", None)];
    assert_ne!(note(&mut one, &read, 0).coverage, note(&mut other, &read, 0).coverage);
}

#[test]
fn a_node_that_is_not_read_any_more_is_forgotten_after_an_hour() {
    let mut nodes = Nodes::default();
    note(&mut nodes, &[("a", None), ("b", None)], 0);
    note(&mut nodes, &[("b", None)], FORGET_AFTER.as_secs() + 1);
    assert_eq!(nodes.known.len(), 1);
}

#[test]
fn a_node_without_an_address_is_reported_for_a_while() {
    let (mut nodes, memory) = (Nodes::default(), seconds(30));
    // A node that only another source reads is not lost to this one.
    nodes.note(SourceKind::Management, &[("c", None)], at(0));
    note(&mut nodes, &[("a", None), ("b", None)], 0);
    note(&mut nodes, &[("a", None)], 30);
    let lost = nodes.lost(SourceKind::Prometheus, at(30), memory);
    assert_eq!(lost.len(), 1);
    assert!(lost[0].node == "b" && lost[0].why.contains("at 00:00:00Z"), "{lost:?}");
    note(&mut nodes, &[("a", None)], 31);
    assert_eq!(nodes.lost(SourceKind::Prometheus, at(31), memory), []);
}
