//! The words for a number that a known queue does not have.

use crate::observation::Absence;

use super::lookup::{Lookup, seconds, unavailable};
use super::measure::Gap;
use super::rate::NoRate;
use super::refusal::Refusal;
use super::signal::Signal;

/// The refusal for a gap in what is known about a queue.
pub(super) fn refusal(gap: Gap, signal: Signal, lookup: &Lookup<'_>, vhost: &str, queue: &str) -> Refusal {
    let (reason, why) = words(gap);
    let seen = lookup.state.queues.get(vhost, queue);
    let when =
        seen.map_or_else(String::new, |queue| format!(" (seen {} ago)", seconds(lookup.now.since(queue.latest.at))));
    unavailable(reason, format!("{}{when}: no `{}`: {why}", lookup.subject(vhost, queue), signal.row().name))
}

fn words(gap: Gap) -> (&'static str, &'static str) {
    match gap {
        Gap::NoConsumers => (
            "no_consumers",
            "it has no consumer to divide by; to scale up from zero use `rabbitmq_queue_messages` as the metric",
        ),
        Gap::NoRate(NoRate::Reset) => (
            "counter_reset",
            "its counter is smaller than before, as after a restart of the broker; the next poll gives a rate again",
        ),
        Gap::NoRate(NoRate::OtherCoverage) => (
            "other_coverage",
            "its last observations come from different nodes or sources; the next poll gives a rate again",
        ),
        Gap::NoRate(NoRate::FirstSample | NoRate::Absent(_)) => {
            ("first_sample", "its counter was seen for the first time, and a rate takes two polls")
        }
        Gap::Absent(why) => absent(why),
    }
}

fn absent(why: Absence) -> (&'static str, &'static str) {
    match why {
        Absence::NotInAnswer => (
            "absent",
            "the broker's answer has the queue without this number, as it does for some seconds after a declaration, and \
             for streams in some versions",
        ),
        Absence::NotOffered => (
            "not_offered",
            "this broker's Prometheus endpoint does not count it per queue (RabbitMQ 3.10 does not); configure \
             `management` for the broker beside `prometheus`",
        ),
        Absence::NoTraffic => (
            "no_traffic",
            "the broker counts it only for queues that have had traffic since it started, and this one has had none",
        ),
        Absence::CollectorOff => (
            "collector_off",
            "the broker's management API has no counts; unless its queues were declared seconds ago, its statistics \
             collector is off: set `management_agent.disable_metrics_collector = false` in rabbitmq.conf, or configure \
             `prometheus` for the broker",
        ),
        Absence::QueueDown => (
            "queue_down",
            "the queue is down or in a minority: the node that holds it is not running; look at `rabbitmqctl cluster_status`",
        ),
        Absence::FillFailed => (
            "fill_failed",
            "only the management API has it, and that could not be read in the last poll; see the log for the cause",
        ),
        Absence::NotYetAsked => (
            "not_asked_yet",
            "only the management API has it, which is asked for wanted queues; it is asked for this one from the next poll on",
        ),
    }
}
