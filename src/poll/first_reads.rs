//! Which brokers have not been read once yet.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use leveret_core::View;
use leveret_runtime::readiness::Latch;

/// Waits until every configured broker has been read once, with or without success, and then sets a latch for good.
pub struct FirstReads {
    pending: Mutex<BTreeSet<Box<str>>>,
    all_read: Latch,
}

impl FirstReads {
    /// Waits for the brokers that are configured at the start.
    pub fn new(view: &View, all_read: Latch) -> Self {
        let pending = view.brokers.iter().map(|broker| broker.name.clone()).collect();
        Self { pending: Mutex::new(pending), all_read }
    }

    /// Stops waiting for brokers that are no longer configured. Brokers that were added are not waited for.
    pub fn follow(&self, view: &View) {
        self.no_longer_pending(|name| view.broker(name).is_none());
    }

    /// Notes that a read of this broker has ended.
    pub fn read(&self, broker: &str) {
        self.no_longer_pending(|name| name == broker);
    }

    fn no_longer_pending(&self, done: impl Fn(&str) -> bool) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.retain(|name| !done(name));
        if pending.is_empty() {
            self.all_read.set();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leveret_core::testing::broker;

    #[test]
    fn every_broker_is_waited_for_unless_it_is_removed() {
        let view = |names: &[&str]| View { brokers: names.iter().map(|name| broker(name)).collect(), backlogs: vec![] };
        let all_read = Latch::default();
        let first_reads = FirstReads::new(&view(&["a", "b", "c"]), all_read.clone());
        first_reads.read("a");
        first_reads.follow(&view(&["a", "b", "d"]));
        assert!(!all_read.is_set(), "b is still missing");
        first_reads.read("b");
        assert!(all_read.is_set());
    }
}
