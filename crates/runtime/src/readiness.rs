//! Readiness is a latch: once a component is ready it stays so until shutdown.
//!
//! A broker outage never makes the pod unready, because an adapter without a ready pod takes the whole of
//! `external.metrics.k8s.io` away, from every other broker and every other HPA too.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::sync::CancellationToken;

/// What must have happened before the pod may be asked, and that it is not going away. Clones share one state.
#[derive(Clone, Debug, Default)]
pub struct Readiness {
    parts: Vec<(&'static str, Latch)>,
    stop: CancellationToken,
}

/// Something that happens once.
#[derive(Clone, Debug, Default)]
pub struct Latch(Arc<AtomicBool>);

impl Readiness {
    /// Nothing to wait for yet; from the moment that `stop` is cancelled the pod may not be asked any more.
    pub fn new(stop: CancellationToken) -> Self {
        Self { parts: Vec::new(), stop }
    }

    /// Adds something to wait for, and returns the latch that says that it has happened.
    pub fn wait_for(&mut self, part: &'static str) -> Latch {
        let latch = Latch::default();
        self.parts.push((part, latch.clone()));
        latch
    }

    /// Every part by name, and whether it is ready; the last one, `shutdown`, is ready until the process begins to end.
    pub fn checks(&self) -> Vec<(&'static str, bool)> {
        let parts = self.parts.iter().map(|(part, latch)| (*part, latch.is_set()));
        parts.chain([("shutdown", !self.stop.is_cancelled())]).collect()
    }

    /// Whether the pod may be asked.
    pub fn is_ready(&self) -> bool {
        self.checks().iter().all(|(_, ready)| *ready)
    }
}

impl Latch {
    /// Says that it has happened.
    pub fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it has happened.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_once_every_part_is_and_until_shutdown() {
        let stop = CancellationToken::new();
        let mut readiness = Readiness::new(stop.clone());
        let (first, second) = (readiness.wait_for("first"), readiness.wait_for("second"));
        assert!(!readiness.is_ready());
        first.set();
        assert_eq!(readiness.checks(), [("first", true), ("second", false), ("shutdown", true)]);
        second.set();
        assert!(readiness.is_ready());
        stop.cancel();
        assert_eq!(readiness.checks(), [("first", true), ("second", true), ("shutdown", false)]);
    }
}
