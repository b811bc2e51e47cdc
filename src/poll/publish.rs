//! The published snapshot: replaced whole by the loops, read by everybody without waiting.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use tokio_util::sync::CancellationToken;

use leveret_core::snapshot::{BrokerState, Snapshot};

/// The snapshot as it was published last. Clones share it.
///
/// Each broker's state has one writer, its loop; several brokers' loops take turns. A reader never waits for them, and
/// sees either the state before or the state after.
#[derive(Clone, Debug, Default)]
pub struct Publisher(Arc<Published>);

#[derive(Debug, Default)]
struct Published {
    latest: ArcSwap<Snapshot>,
    writer: Mutex<()>,
}

impl Publisher {
    /// The snapshot as it is now. It does not change while it is held.
    pub fn load(&self) -> Arc<Snapshot> {
        self.0.latest.load_full()
    }

    /// Replaces the state of one broker, unless the loop that has read it was asked to `stop`: what it knew may have been
    /// forgotten meanwhile.
    pub fn publish(&self, broker: &str, state: BrokerState, stop: &CancellationToken) {
        self.replace(|latest| if stop.is_cancelled() { latest.clone() } else { latest.with(broker, state) });
    }

    /// Forgets the brokers that `keep` refuses, after the configuration has changed.
    pub fn retain(&self, keep: impl Fn(&str) -> bool) {
        self.replace(|latest| latest.retain(keep));
    }

    /// The state of one broker; the empty state before its first read.
    pub(super) fn broker(&self, name: &str) -> Arc<BrokerState> {
        self.load().broker(name).map(Arc::clone).unwrap_or_default()
    }

    fn replace(&self, change: impl FnOnce(&Snapshot) -> Snapshot) {
        let _turn = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.latest.store(Arc::new(change(&self.0.latest.load())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_does_not_change() {
        let publisher = Publisher::default();
        publisher.publish("a", BrokerState::default(), &CancellationToken::new());
        let held = publisher.load();
        publisher.clone().publish("b", BrokerState::default(), &CancellationToken::new());
        publisher.retain(|name| name == "b");
        assert!(held.broker("a").is_some() && held.broker("b").is_none());
        assert!(publisher.load().broker("a").is_none() && publisher.load().broker("b").is_some());
    }

    #[test]
    fn a_loop_that_was_asked_to_stop_publishes_nothing_more() {
        let (publisher, stop) = (Publisher::default(), CancellationToken::new());
        stop.cancel();
        publisher.publish("a", BrokerState::default(), &stop);
        assert!(publisher.load().broker("a").is_none());
    }

    #[test]
    fn loops_that_publish_at_once_lose_nothing() {
        let publisher = Publisher::default();
        std::thread::scope(|scope| {
            for n in 0..8 {
                let publisher = publisher.clone();
                let stop = CancellationToken::new();
                scope.spawn(move || publisher.publish(&n.to_string(), BrokerState::default(), &stop));
            }
        });
        assert_eq!(publisher.load().iter().count(), 8);
    }
}
