//! Rates on brokers that tell how many messages they have counted for no queue.

use super::rates::{counted, rates_of};
use super::*;
use crate::observation::{Unattributed, UncountedClients};

const NONE: Unattributed = Unattributed {
    arrived: 0,
    delivered: 0,
    acked: 0,
    redelivered: 0,
    dropped: 0,
    clients: UncountedClients::OtherProtocols,
};

/// What the rates of a queue are if the broker has counted this for no queue; `now` is in seconds.
#[track_caller]
fn check(
    what: &str,
    queue: impl Fn(u64) -> QueueReading,
    unattributed: impl Fn(u64) -> Unattributed,
    expected: [&str; 4],
) {
    let rates = rates_of(|seconds| Observation {
        unattributed: Some(unattributed(seconds)),
        ..observation(seconds, vec![("a", queue(seconds))])
    });
    assert_eq!(rates, expected, "{what}");
}

/// Clients of another protocol that publish, and take, five messages a second somewhere on the broker.
fn others(at: u64) -> Unattributed {
    Unattributed { arrived: 5 * at, delivered: 5 * at, acked: 5 * at, ..NONE }
}

#[test]
fn a_queue_that_others_may_use_at_an_equal_pace_has_no_rate() {
    let used_once = |_| counted(0, 1, [Some(1), Some(1), Some(1), Some(0)]);
    let unknown = ["uncounted", "uncounted", "uncounted", "0"];
    check("its depth is still", used_once, others, unknown);
    check("it has never been used by a client that is counted", |_| counted(0, 1, [None; 4]), others, {
        ["no_traffic", "no_traffic", "no_traffic", "0"]
    });
    let busy = |at: u64| counted(0, 1, [Some(5 * at), Some(5 * at), Some(5 * at), Some(0)]);
    check("it is used by others that are counted", busy, |at| Unattributed { ..others(10 * at) }, unknown);
    let busier = |at: u64| counted(0, 1, [Some(500 * at), Some(500 * at), Some(500 * at), Some(0)]);
    check("the others are few", busier, others, ["500", "500", "500", "0"]);
}

#[test]
fn a_queue_that_others_cannot_have_used_has_rates_of_zero() {
    let idle = |_| counted(0, 1, [None; 4]);
    check("there are no others", idle, |_| NONE, ["0"; 4]);
    let still = |_| QueueReading { work: Some(7414), ..counted(0, 1, [Some(1), Some(1), Some(1), Some(0)]) };
    check("its process has done no work", still, others, ["0"; 4]);
    let publishers = |at| Unattributed { arrived: 5 * at, ..NONE };
    let used_once = |_| counted(3, 1, [Some(4), Some(1), Some(1), Some(0)]);
    check("others publish, and nothing is gone", used_once, publishers, ["0"; 4]);
    check("there is no consumer", |_| counted(3, 0, [Some(3), None, None, None]), others, ["0"; 4]);
}

#[test]
fn a_queue_whose_messages_expire_has_its_rates_if_others_take_none_of_them() {
    let expiring = |at: u64| counted(0, 0, [Some(5 * at), None, None, None]);
    let expired = |at: u64| Unattributed { dropped: 5 * at, ..NONE };
    check("all of them expire", expiring, expired, ["5", "0", "0", "0"]);
    let purged = |_| NONE;
    check("they are purged", expiring, purged, ["5", "0", "0", "0"]);
    check("others consume as well", expiring, others, ["5", "no_traffic", "no_traffic", "0"]);
    let unseen = |_| counted(0, 0, [None; 4]);
    let through = |at: u64| Unattributed { arrived: 5 * at, dropped: 5 * at, ..NONE };
    check("all of them arrive by dead-lettering and expire", unseen, through, ["no_traffic", "0", "0", "0"]);
}

#[test]
fn messages_that_others_publish_and_counted_clients_reject_are_no_rate_of_zero() {
    let rejecting = |at: u64| counted(0, 1, [Some(1), Some(5 * at), Some(1), Some(0)]);
    let publishers = |at: u64| Unattributed { arrived: 5 * at, ..NONE };
    check("published by others, rejected", rejecting, publishers, ["uncounted", "5", "0", "0"]);
}

#[test]
fn redeliveries_to_others_make_the_rate_of_redeliveries_unknown() {
    let busy = |at: u64| counted(7, 1, [Some(5 * at), Some(5 * at), Some(5 * at), Some(0)]);
    let again = |at: u64| Unattributed { delivered: 9 * at, redelivered: 9 * at, ..NONE };
    check("others are delivered messages once more", busy, again, ["5", "5", "5", "uncounted"]);
}

#[test]
fn a_broker_that_counts_nothing_per_queue_proves_nothing() {
    let unseen = |_| counted(0, 0, [None; 4]);
    let all = |at| Unattributed { clients: UncountedClients::All, ..others(at) };
    let unknown = ["no_traffic", "no_traffic", "no_traffic", "0"];
    check("`rates_mode` is none, and messages are fetched as they come", unseen, all, unknown);
    let at_least = |_| Unattributed { clients: UncountedClients::OtherProtocolsAtLeast, ..NONE };
    check("it is not known whether it counts", |_| counted(0, 1, [None; 4]), at_least, ["no_traffic"; 4]);
}

#[test]
fn a_broker_that_restarted_says_nothing_about_the_time_before() {
    let used_once = |_| counted(0, 1, [Some(1), Some(1), Some(1), Some(0)]);
    let fell = |at: u64| Unattributed { arrived: 100 - at, ..NONE };
    check("its counters fell", used_once, fell, ["0"; 4]);
}
