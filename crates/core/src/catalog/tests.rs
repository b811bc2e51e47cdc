//! Questions and answers, over states of a broker that are written down.

mod answers;
mod conditions;
mod documented;
mod gaps;
mod intervals;
mod missing;
mod rates;
mod refusals;
mod stable;
mod unattributed;
mod vhosts;

use std::sync::Arc;

use regex::Regex;

use super::{Item, Reason, Refusal, Signal, answer};
use crate::backlog::{Aggregate, Backlog, WhenMissing};
use crate::observation::{
    Absence, Absences, Failure, FailureKind, Observation, QueueId, QueueKind, QueueReading, Reading, SourceKind,
};
use crate::snapshot::{BrokerState, Snapshot};
use crate::testing::{at, broker, long_read, origin};
use crate::{Choice, View};

fn backlog(name: &str, queues: Choice, aggregate: Aggregate, when_missing: WhenMissing) -> Arc<Backlog> {
    let vhosts = names(&["/"]);
    Arc::new(Backlog { name: name.into(), broker: "main".into(), vhosts, queues, aggregate, when_missing })
}

fn names(names: &[&str]) -> Choice {
    Choice::Names(names.iter().map(|name| (*name).into()).collect())
}

fn pattern(matching: &str, exclude: Option<&str>) -> Choice {
    let anchored = |text: &str| Regex::new(&format!("^(?:{text})$")).expect("a pattern");
    Choice::Pattern { matching: anchored(matching), exclude: exclude.map(anchored) }
}

fn view() -> View {
    let (sum, error) = (Aggregate::Sum, WhenMissing::Error);
    View {
        brokers: vec![broker("main")],
        backlogs: vec![
            backlog("both", names(&["a", "b"]), sum, error),
            backlog("largest", names(&["a", "b"]), Aggregate::Max, error),
            backlog("mean", names(&["a", "b"]), Aggregate::Avg, error),
            backlog("hopeful", names(&["a", "not_yet"]), sum, WhenMissing::Zero),
            backlog("strict", names(&["a", "not_yet"]), sum, error),
            backlog("pattern", pattern("[ab].*", Some(".*\\.dlq")), sum, error),
            backlog("nothing", pattern("x.*", None), sum, error),
            backlog("nothing_is_zero", pattern("x.*", None), sum, WhenMissing::Zero),
        ],
    }
}

fn reading(ready: u64, unacked: u64, consumers: u64, counted: Option<u64>) -> QueueReading {
    let cumulative = counted.map_or(Reading::Absent(Absence::NoTraffic), Reading::Present);
    QueueReading {
        ready: Reading::Present(ready),
        unacked: Reading::Present(unacked),
        messages: Reading::Present(ready + unacked),
        consumers: Reading::Present(consumers),
        published: cumulative,
        delivered: cumulative,
        acked: cumulative,
        redelivered: cumulative,
        origin: Some(origin()),
        kind: None,
        single_active: None,
        work: None,
        counted_by: counted.map(|_| SourceKind::Prometheus),
    }
}

fn observation(seconds: u64, queues: Vec<(&str, QueueReading)>) -> Observation {
    let queues = queues.into_iter().map(|(name, reading)| (QueueId::new("/", name), reading)).collect();
    Observation { queues, ..crate::testing::observation(seconds, &[]) }
}

/// A poll of one queue.
fn poll(seconds: u64) -> Observation {
    observation(seconds, vec![("a", reading(1, 0, 0, None))])
}

/// Two polls, at 0 s and 5 s, of four queues.
fn state() -> BrokerState {
    let poll = |seconds, a, counted| {
        let idle = reading(0, 0, 0, None);
        let queues = vec![
            ("a", reading(a, 2, 2, Some(counted))),
            ("b", reading(7, 0, 1, Some(9))),
            ("b.dlq", reading(500, 0, 0, None)),
            ("idle", idle),
        ];
        observation(seconds, queues)
    };
    long_read().advance(&poll(0, 60, 100)).advance(&poll(5, 40, 112))
}

fn ask_of(state: BrokerState, signal: &str, selector: &str, now: u64) -> Result<Vec<Item>, Refusal> {
    answer(&view(), &Snapshot::default().with("main", state), signal, selector, at(now)).1
}

fn ask(signal: &str, selector: &str) -> Result<Vec<Item>, Refusal> {
    ask_of(state(), signal, selector, 8)
}

#[track_caller]
fn check(signal: &str, selector: &str, expected: &str) {
    let items = ask(signal, selector).expect("a number");
    let values: Vec<_> = items.iter().map(|item| item.value.to_string()).collect();
    assert_eq!(values.join(" "), expected, "{signal} {selector}");
}

#[track_caller]
fn check_refusal(answer: Result<Vec<Item>, Refusal>, reason: Reason, message: &str) {
    let refusal = answer.expect_err("a refusal");
    assert_eq!((refusal.reason, refusal.message.as_str()), (reason, message));
}

fn unproven() -> Absences {
    Absences::Unproven("no source has listed the queues".to_owned())
}

fn refused() -> Failure {
    Failure::new(FailureKind::Connect, "connection refused")
}
