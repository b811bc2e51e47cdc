//! A broker with many queues, as an observation and as the state after two of them.

use std::time::Duration;

use leveret_core::observation::{Coverage, Observation, QueueId, QueueMap, QueueReading, Reading, Scope, SourceKind};
use leveret_core::snapshot::BrokerState;
pub(crate) use leveret_core::testing::at;

/// The virtual host of all queues.
pub(crate) const VHOST: &str = "/";

/// The names of so many queues, neighbours far apart, because queues are not requested in their order.
pub(crate) fn names(queues: usize) -> Vec<String> {
    /// A prime, so that each number below any other than its multiples comes exactly once.
    const STRIDE: usize = 7919;
    (0..queues).map(|number| format!("shop.orders.{:05}", number * STRIDE % queues)).collect()
}

/// What a read of that broker sees `seconds` after the beginning.
pub(crate) fn observation(queues: usize, seconds: u64) -> Observation {
    let reading = QueueReading {
        ready: Reading::Present(197 + seconds),
        unacked: Reading::Present(2),
        messages: Reading::Present(199 + seconds),
        consumers: Reading::Present(2),
        published: Reading::Present(20_000 + 3 * seconds),
        delivered: Reading::Present(19_803 + 2 * seconds),
        acked: Reading::Present(19_801 + 2 * seconds),
        redelivered: Reading::Present(7),
        counted_by: Some(SourceKind::Prometheus),
    };
    let queues: QueueMap<_> = names(queues).into_iter().map(|name| (QueueId::new(VHOST, name), reading)).collect();
    Observation {
        at: at(seconds),
        queues,
        scope: Scope::Everything,
        unread: Vec::new(),
        coverage: Coverage::from_number(1),
        uptime: Some(Duration::from_secs(86_400 + seconds)),
        finding: None,
        skipped: 0,
        degraded: Vec::new(),
    }
}

/// What is known after reads at 0 s and 5 s.
pub(crate) fn state(queues: usize) -> BrokerState {
    BrokerState::default().advance(&observation(queues, 0)).advance(&observation(queues, 5))
}
