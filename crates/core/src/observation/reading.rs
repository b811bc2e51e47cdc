//! One number of one queue, or the reason why there is none.

/// One number as a broker reported it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The broker gave this number.
    Present(u64),
    /// The broker knows the queue and did not give this number.
    Absent(Absence),
}

/// Why a number of a known queue is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// The answer has the queue without this field; right after a declaration, or because this broker never gives it.
    NotInAnswer,
    /// No node exports this family of rows; RabbitMQ 3.10 has none for deliveries.
    NotOffered,
    /// The broker keeps such counters only for queues that have had traffic since it started.
    NoTraffic,
    /// The broker keeps no such counters, because its `management.rates_mode` is `none`.
    RatesOff,
    /// The broker's statistics collector is off, so its list has no counts.
    CollectorOff,
    /// The queue is down or in a minority: the node that holds it, or its leader, is not running.
    QueueDown,
    /// It is a zero that may be too small: the broker shows too little while a node starts or a queue gets a new leader.
    Unsettled,
    /// Two nodes report the queue with different numbers, as they do after the network between them failed.
    TwoNodes,
    /// Only the management API has it, and that could not be read.
    FillFailed,
    /// Only the management API has it, which is queried for requested queues; it will be there after the next poll.
    NotYetAsked,
}

impl Reading {
    /// The number, if it is present.
    pub fn present(self) -> Option<u64> {
        match self {
            Self::Present(number) => Some(number),
            Self::Absent(_) => None,
        }
    }

    /// This reading if it is present, otherwise the other one; so of two absences the other's reason.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if matches!(self, Self::Present(_)) { self } else { other }
    }
}

impl From<Option<u64>> for Reading {
    fn from(number: Option<u64>) -> Self {
        number.map_or(Self::Absent(Absence::NotInAnswer), Self::Present)
    }
}
