//! The lines of a broker's log, read by read.

use super::*;
use leveret_core::observation::{Absences, Failure, FailureKind, Finding, Observation, SourceKind, UnreadNode, Vhosts};
use leveret_core::testing::{NODE, at, broker, long_read, node, observation};

/// A broker's log over its reads.
struct Log {
    state: BrokerState,
    health: Health,
}

impl Log {
    /// Of a broker that was read since long before.
    fn new() -> Self {
        let (state, mut health) = (long_read(), Health::default());
        health.lines(&broker("main"), &state.advance(&observation(0, &[])), at(0));
        Self { state, health }
    }

    fn reads(&mut self, read: &Observation) -> Vec<Line> {
        self.state = self.state.advance(read);
        let lines = self.health.lines(&broker("main"), &self.state, read.at);
        // Nodes that come and go begin holds, too, which are another matter.
        lines.into_iter().filter(|line| line.reason != Some("unsettled")).collect()
    }

    fn fails(&mut self, seconds: u64, kind: FailureKind, why: &str) -> Vec<Line> {
        self.state = self.state.failed(at(seconds), Failure::new(kind, why));
        self.health.lines(&broker("main"), &self.state, at(seconds))
    }
}

fn messages(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.message.as_str()).collect()
}

fn without(node: &str, why: &str, seconds: u64) -> Observation {
    Observation {
        unread: vec![UnreadNode { node: node.to_owned(), why: why.to_owned() }],
        absences: Absences::Unproven(format!("node {node} is not read: {why}")),
        ..observation(seconds, &[])
    }
}

#[test]
fn an_outage_is_logged_with_each_of_its_causes_and_every_five_minutes_until_it_is_over() {
    let mut log = Log::new();
    assert_eq!(log.reads(&observation(0, &[])), []);
    let begun = log.fails(5, FailureKind::Connect, "connection refused");
    let [line] = begun.as_slice() else { panic!("{begun:?}") };
    assert_eq!((line.is_warning, line.message.as_str()), (true, "the broker cannot be read"));
    assert_eq!((line.reason, line.since.as_deref()), (Some("unreadable"), Some("00:00:05Z")));
    let why = "reads of broker `main` have failed since 00:00:05Z: connection refused";
    assert_eq!(line.why.as_deref(), Some(why));

    assert_eq!(log.fails(10, FailureKind::Connect, "connection refused"), []);
    let other = log.fails(15, FailureKind::Connect, "no route to host");
    assert_eq!(messages(&other), ["the broker cannot be read"], "another cause of the same kind");
    assert!(other[0].why.as_ref().is_some_and(|why| why.ends_with("since 00:00:05Z: no route to host")), "{other:?}");
    assert_eq!(log.fails(20, FailureKind::Connect, "connection refused"), [], "causes take turns");

    assert_eq!(log.fails(314, FailureKind::Connect, "connection refused"), []);
    let still = log.fails(315, FailureKind::Connect, "connection refused");
    assert_eq!(messages(&still), ["still, since 00:00:05Z: the broker cannot be read"]);
    assert_eq!(still[0].why.as_deref(), Some(why));
    assert_eq!(log.fails(320, FailureKind::Connect, "connection refused"), []);

    let over = log.reads(&observation(325, &[]));
    assert_eq!(messages(&over), ["the broker is read again"]);
    assert!(!over[0].is_warning);
}

#[test]
fn causes_that_are_always_others_do_not_fill_the_log() {
    let mut log = Log::new();
    let lines: usize = (1..600).map(|n| log.fails(n, FailureKind::Dns, &format!("attempt {n}")).len()).sum();
    assert!((2..=20).contains(&lines), "{lines}");
}

#[test]
fn nodes_are_logged_by_name_whenever_others_are_read_or_missing() {
    let mut log = Log::new();
    let two = |seconds| Observation { nodes: vec![node(NODE), node("rabbit@two")], ..observation(seconds, &[]) };
    let joined = log.reads(&two(5));
    assert_eq!(messages(&joined), ["other nodes of the broker are read than before"], "{joined:?}");
    let fields = |line: &Line| line.nodes.clone().map(|nodes| (nodes.read, nodes.unread, nodes.by)).expect("nodes");
    assert_eq!(fields(&joined[0]), (format!("{NODE}, rabbit@two"), String::new(), Some("prometheus")));
    assert_eq!(log.reads(&two(10)), []);

    let gone = log.reads(&without("rabbit@two", "no route", 15));
    assert_eq!(messages(&gone), ["a node of the broker is not read"]);
    assert!(gone[0].is_warning);
    let why = "node rabbit@two of broker `main` has not been read since 00:00:15Z, so the queues on it are not known: no route";
    assert_eq!(gone[0].why.as_deref(), Some(why));
    assert_eq!(fields(&gone[0]), (NODE.to_owned(), "rabbit@two: no route".to_owned(), Some("prometheus")));
    assert_eq!(log.reads(&without("rabbit@two", "no route", 20)), []);

    let also = Observation {
        unread: ["rabbit@three", "rabbit@two"]
            .map(|node| UnreadNode { node: node.into(), why: "no route".into() })
            .to_vec(),
        ..without("rabbit@two", "no route", 25)
    };
    assert_eq!(messages(&log.reads(&also)), ["a node of the broker is not read"]);

    // While nothing can be read, it is not known which nodes there are.
    assert_eq!(messages(&log.fails(30, FailureKind::Timeout, "too slow")), ["the broker cannot be read"]);
    let back = log.reads(&two(35));
    assert_eq!(messages(&back), ["the broker is read again", "every known node of the broker is read"]);
    assert_eq!(fields(&back[1]).0, format!("{NODE}, rabbit@two"));
}

#[test]
fn a_fresh_broker_without_a_queue_is_not_a_warning() {
    let empty = |absences| Observation { finding: Some(Finding::NoQueueRows), absences, ..observation(5, &[]) };
    let proven = Absences::Proven { by: SourceKind::Prometheus, vhosts: Vhosts::All };
    let mut health = Health::default();
    let first = health.lines(&broker("main"), &BrokerState::default().advance(&empty(proven.clone())), at(5));
    assert_eq!(messages(&first), ["reading the broker", "falls, zeros and absences of the broker are not used yet"]);
    assert!(first.iter().all(|line| !line.is_warning), "{first:?}");
    assert_eq!((first[0].queues, first[0].nodes.is_some()), (Some(0), true));

    let mut log = Log::new();
    assert_eq!(log.reads(&empty(proven)), []);
    let unproven = log.reads(&empty(Absences::Unproven("the members are not known".to_owned())));
    assert_eq!(
        messages(&unproven),
        ["the broker shows no queue", "the broker's answers do not show which queues do not exist"]
    );
    assert!(unproven.iter().all(|line| line.is_warning && line.why.is_some()), "{unproven:?}");
}

#[test]
fn a_source_that_fails_beside_another_is_named() {
    let mut log = Log::new();
    let failed = |seconds| Observation {
        degraded: vec![(SourceKind::Management, Failure::new(FailureKind::Unauthorized, "401 Unauthorized"))],
        ..observation(seconds, &[])
    };
    let lines = log.reads(&failed(5));
    assert_eq!(messages(&lines), ["a source of the broker cannot be read"]);
    assert_eq!((lines[0].source, lines[0].reason), (Some("management"), Some("source_unreadable")));
    let why = "source `management` of broker `main` has failed since 00:00:05Z: 401 Unauthorized";
    assert_eq!(lines[0].why.as_deref(), Some(why));
    assert_eq!(log.reads(&failed(10)), []);
    assert_eq!(messages(&log.reads(&observation(15, &[]))), ["the source no longer fails"]);
}
