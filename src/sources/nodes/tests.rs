//! Nodes over sequences of reads.

use super::*;
use leveret_core::testing::at;

fn seconds(uptime: u64) -> Duration {
    Duration::from_secs(uptime)
}

/// What one read of nodes came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Noted {
    coverage: Coverage,
    /// For how long the youngest has been answering.
    uptime: Option<Duration>,
}

fn note_by(source: SourceKind, nodes: &mut Nodes, read: &[(&str, Option<Duration>)], second: u64) -> Noted {
    // Another scrape has been counted at each second.
    let scrapes = (source == SourceKind::Prometheus).then_some(second + 100);
    let reports: Vec<_> = read.iter().map(|(name, uptime)| NodeReport { name, uptime: *uptime, scrapes }).collect();
    let set = nodes.note(source, &reports, at(second));
    Noted { coverage: set.coverage, uptime: set.seen.iter().filter_map(|node| node.answering).min() }
}

fn note(nodes: &mut Nodes, read: &[(&str, Option<Duration>)], second: u64) -> Noted {
    note_by(SourceKind::Prometheus, nodes, read, second)
}

#[test]
fn coverage_does_not_depend_on_the_order_or_number_of_addresses() {
    let mut nodes = Nodes::default();
    let up = Some(seconds(9));
    let both = note(&mut nodes, &[("a", up), ("b", None)], 0).coverage;
    assert_eq!(both, note(&mut nodes, &[("b", None), ("a", up), ("a", up)], 0).coverage);
    assert_ne!(both, note(&mut nodes, &[("a", up)], 0).coverage);
    let other_source = note_by(SourceKind::Management, &mut nodes, &[("a", up), ("b", None)], 0);
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
        let lagging = note_by(SourceKind::Management, &mut nodes, &up(95 + second), second);
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
fn a_node_without_an_address_stays_unread_until_the_cluster_has_it_no_longer() {
    let mut nodes = Nodes::default();
    // A node that only another source reads is not lost to this one.
    note_by(SourceKind::Management, &mut nodes, &[("c", None)], 0);
    note(&mut nodes, &[("a", None), ("b", None)], 0);
    for second in [30, 7200] {
        note(&mut nodes, &[("a", None)], second);
        let lost = nodes.lost(SourceKind::Prometheus, at(second));
        assert_eq!(lost.len(), 1);
        assert!(lost[0].node == "b" && lost[0].why.contains("at 00:00:00Z"), "{lost:?}");
    }
    nodes.forget_lost(SourceKind::Prometheus, at(7200));
    assert_eq!(nodes.lost(SourceKind::Prometheus, at(7200)), []);
}

#[test]
fn no_more_lost_nodes_are_remembered_than_a_cluster_may_have() {
    let mut nodes = Nodes::default();
    for second in 0..200 {
        note(&mut nodes, &[(&format!("n{second}"), None)], second);
        assert!(nodes.lost(SourceKind::Prometheus, at(second)).len() <= LOST_MAX);
    }
    let lost = nodes.lost(SourceKind::Prometheus, at(199));
    assert_eq!(lost.len(), LOST_MAX);
    assert!(lost.iter().any(|node| node.node == "n198"), "the latest are kept");
}

/// One read of one node: whether it went on, its coverage, and for how long it has been answering.
fn scraped(nodes: &mut Nodes, second: u64, uptime: u64, scrapes: Option<u64>) -> (bool, Coverage, Option<Duration>) {
    let report = NodeReport { name: "a", uptime: Some(seconds(uptime)), scrapes };
    let set = nodes.note(SourceKind::Prometheus, &[report], at(second));
    (set.seen[0].went_on, set.coverage, set.seen[0].answering)
}

#[test]
fn a_count_of_scrapes_that_falls_or_is_gone_is_a_restart_although_the_uptime_goes_on() {
    let mut nodes = Nodes::default();
    let (_, first, _) = scraped(&mut nodes, 0, 5000, Some(300));
    assert_eq!(scraped(&mut nodes, 5, 5005, Some(301)), (true, first, Some(seconds(5005))));
    let (went_on, gone, answering) = scraped(&mut nodes, 10, 5010, None);
    assert_eq!((went_on, answering), (false, Some(seconds(0))));
    assert_ne!(gone, first);
    let (went_on, same, answering) = scraped(&mut nodes, 15, 5015, Some(1));
    assert_eq!((went_on, same, answering), (false, gone, Some(seconds(5))));
    assert_eq!(scraped(&mut nodes, 20, 5020, Some(2)), (true, gone, Some(seconds(10))));
    let (went_on, fell, answering) = scraped(&mut nodes, 25, 5025, Some(1));
    assert_eq!((went_on, answering), (false, Some(seconds(0))));
    assert_ne!(fell, gone);
}

#[test]
fn a_node_whose_endpoint_was_never_scraped_may_have_just_started() {
    let mut nodes = Nodes::default();
    assert_eq!(scraped(&mut nodes, 0, 5000, None).2, Some(seconds(0)));
}

#[test]
fn no_uptime_is_too_large() {
    let mut nodes = Nodes::default();
    for (second, uptime) in [(0, u64::MAX), (5, 1), (10, u64::MAX - 5), (15, 0)] {
        scraped(&mut nodes, second, uptime, Some(second + 1));
    }
}
