//! Why a known queue has no number for a signal.

use std::fmt;

use crate::observation::Absence;
use crate::quantity::Milli;
use crate::snapshot::NotComparable;

use super::reason::Reason;

/// Why a known queue, or a backlog of known queues, has no number for a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// The broker did not give what the signal needs.
    Absent(Absence),
    /// The counter was read only once, and a rate needs two reads.
    FirstSample,
    /// The counter fell.
    CounterReset,
    /// The last two reads come from different nodes or sources.
    OtherCoverage,
    /// Messages arrived that the broker does not count.
    UncountedArrivals,
    /// Messages left that the broker does not count.
    UncountedDepartures,
    /// Messages may have arrived and left that the broker does not count per queue.
    Unattributed,
    /// It is a stream, whose entries stay.
    Stream,
    /// There is no consumer to divide by.
    NoConsumers,
    /// The number is larger than the HPA can read.
    TooLarge,
}

impl Gap {
    /// The reason to count it by.
    pub(super) fn reason(self) -> Reason {
        match self {
            Self::Absent(Absence::NotInAnswer) => Reason::Absent,
            Self::Absent(Absence::NotOffered | Absence::RatesOff) => Reason::NotOffered,
            Self::Absent(Absence::NoTraffic) => Reason::NoTraffic,
            Self::Absent(Absence::CollectorOff) => Reason::CollectorOff,
            Self::Absent(Absence::QueueDown) => Reason::QueueDown,
            Self::Absent(Absence::Unsettled) => Reason::Unsettled,
            Self::Absent(Absence::TwoNodes) => Reason::TwoNodes,
            Self::Absent(Absence::FillFailed) => Reason::FillFailed,
            Self::Absent(Absence::NotYetAsked) => Reason::NotAskedYet,
            Self::FirstSample => Reason::FirstSample,
            Self::CounterReset => Reason::CounterReset,
            Self::OtherCoverage => Reason::OtherCoverage,
            Self::UncountedArrivals | Self::UncountedDepartures | Self::Unattributed => Reason::Uncounted,
            Self::Stream => Reason::Stream,
            Self::NoConsumers => Reason::NoConsumers,
            Self::TooLarge => Reason::NotAQuantity,
        }
    }
}

impl From<NotComparable> for Gap {
    fn from(why: NotComparable) -> Self {
        match why {
            NotComparable::Absent(why) => Self::Absent(why),
            NotComparable::FirstSample => Self::FirstSample,
            NotComparable::OtherCoverage => Self::OtherCoverage,
            NotComparable::Fell => Self::CounterReset,
            NotComparable::UncountedArrivals => Self::UncountedArrivals,
            NotComparable::UncountedDepartures => Self::UncountedDepartures,
            NotComparable::Unattributed => Self::Unattributed,
        }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent(why) => f.write_str(absence(*why)),
            Self::FirstSample => {
                f.write_str("its counter has been read only once, and a rate needs two reads; the next poll gives one")
            }
            Self::CounterReset => f.write_str(
                "its counter is smaller than before, as after a restart of the broker; the next poll gives a rate again",
            ),
            Self::OtherCoverage => f.write_str(
                "its last two reads come from different nodes or sources, whose counters cannot be compared; the next poll \
                 gives a rate again",
            ),
            Self::UncountedArrivals => f.write_str(
                "more messages arrived than the broker counts, which does not count what is published by AMQP 1.0 or MQTT \
                 clients (RabbitMQ 4.0 and later) or by dead-lettering; use the metric `rabbitmq_queue_messages`",
            ),
            Self::UncountedDepartures => f.write_str(
                "more messages left than the broker counts, which does not count what AMQP 1.0 or MQTT clients take (RabbitMQ \
                 4.0 and later), what expires and what is purged; use the metric `rabbitmq_queue_messages`",
            ),
            Self::Unattributed => f.write_str(
                "messages arrived and left that the broker counts for no queue, so there may be more than are counted for this one: \
                 it does not count per queue what AMQP 1.0 and MQTT clients do (RabbitMQ 4.0 and later), nor dead-lettered \
                 messages; use the metric `rabbitmq_queue_messages`",
            ),
            Self::Stream => f.write_str(
                "it is a stream, whose entries stay when they are read, and which each of its readers reads as a whole, so neither their \
                 number nor a rate is work to be done",
            ),
            Self::NoConsumers => f.write_str(
                "there is no consumer to divide by; to scale up from zero, use the metric `rabbitmq_queue_messages`",
            ),
            Self::TooLarge => write!(
                f,
                "it is larger than {}, the largest number that an HPA can read; check that the configured address is that of \
                 a RabbitMQ node",
                Milli::LARGEST_COUNT
            ),
        }
    }
}

fn absence(why: Absence) -> &'static str {
    match why {
        Absence::NotInAnswer => {
            "the broker's answer has the queue without this number, as it does for some seconds after a declaration, and \
             for streams in some versions"
        }
        Absence::NotOffered => {
            "this broker's Prometheus endpoint does not count it per queue (RabbitMQ 3.10 does not); configure `management` \
             for the broker beside `prometheus`"
        }
        Absence::NoTraffic => {
            "the broker has not counted anything for this queue, and it is not known that nothing happened: it counts what AMQP \
             0-9-1 clients do since its start, not what AMQP 1.0 and MQTT clients do (RabbitMQ 4.0 and later), and nothing with \
             `management.rates_mode = none`; use the metric `rabbitmq_queue_messages`"
        }
        Absence::RatesOff => {
            "the broker counts no messages per queue, because it is configured with `management.rates_mode = none`; set it to \
             `basic` in rabbitmq.conf, or use the metric `rabbitmq_queue_messages`"
        }
        Absence::CollectorOff => {
            "the broker's management API has no counts; unless its queues were declared seconds ago, its statistics \
             collector is off: set `management_agent.disable_metrics_collector = false` in rabbitmq.conf, or configure \
             `prometheus` for the broker"
        }
        Absence::QueueDown => {
            "the queue is down or in a minority, because the node that holds it is not running; run `rabbitmqctl \
             cluster_status`"
        }
        Absence::Unsettled => {
            "the broker says 0, and shows too little for some seconds while a node starts or a queue gets a new leader; the \
             zero is used if it stays for 15 s"
        }
        Absence::TwoNodes => {
            "two nodes report this queue with different numbers, as they do after the network between them failed; restart \
             the node that does not lead the queue, which `rabbitmq-queues quorum_status` names"
        }
        Absence::FillFailed => "this number comes from the management API, which could not be read in the last poll",
        Absence::NotYetAsked => {
            "this number comes from the management API, which is queried on demand; it will be there after the next poll"
        }
    }
}
