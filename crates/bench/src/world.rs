//! A broker with many queues, as an observation and as the state after two of them.

use std::sync::Arc;

use leveret_core::observation::{Names, Observation, QueueMap, QueueReading, Reading, SourceKind};
use leveret_core::snapshot::BrokerState;
use leveret_core::testing;
pub(crate) use leveret_core::testing::at;

/// The virtual host of all queues.
pub(crate) const VHOST: &str = "/";

/// The names of so many queues, neighbours far apart, because queues are not requested in their order.
pub(crate) fn names(queues: usize) -> Vec<String> {
    /// A prime, so that each number below any other than its multiples comes exactly once.
    const STRIDE: usize = 7919;
    (0..queues).map(|number| format!("shop.orders.{:05}", number * STRIDE % queues)).collect()
}

/// What a read of that broker sees `seconds` after the beginning, if these names were known before.
pub(crate) fn observation(queues: usize, known: &Arc<Names>, seconds: u64) -> Observation {
    let reading = QueueReading {
        ready: Reading::Present(197 + seconds),
        unacked: Reading::Present(2),
        messages: Reading::Present(199 + seconds),
        consumers: Reading::Present(2),
        published: Reading::Present(20_000 + 3 * seconds),
        delivered: Reading::Present(19_803 + 2 * seconds),
        acked: Reading::Present(19_801 + 2 * seconds),
        redelivered: Reading::Present(7),
        origin: Some(testing::origin()),
        kind: None,
        single_active: None,
        work: None,
        counted_by: Some(SourceKind::Prometheus),
    };
    let mut all = QueueMap::with_names(Arc::clone(known));
    for name in names(queues) {
        all.insert(VHOST, &name, reading);
    }
    Observation { queues: all, ..testing::observation(seconds, &[]) }
}

/// What is known after reads at 0 s and 5 s of a broker that has been read for long.
pub(crate) fn state(queues: usize) -> BrokerState {
    let after = |state: BrokerState, seconds| state.advance(&observation(queues, state.queues.names(), seconds));
    after(after(testing::long_read(), 0), 5)
}
