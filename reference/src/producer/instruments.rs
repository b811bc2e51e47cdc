//! The producer's own series.

use prometheus::{IntCounter, Registry};

/// The producer's own series.
#[derive(Clone, Debug)]
pub(super) struct Instruments {
    registry: Registry,
    pub(super) published: IntCounter,
    pub(super) confirm_failures: IntCounter,
    pub(super) reconnects: IntCounter,
}

impl Instruments {
    /// Registers the series.
    pub(super) fn new() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let counter = |name: &str, help: &str| {
            let counter = IntCounter::new(format!("task_producer_{name}"), help)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        Ok(Self {
            published: counter("published_total", "Tasks that the broker confirmed.")?,
            confirm_failures: counter(
                "confirm_failures_total",
                "Tasks that the broker refused, returned or did not confirm; each is published again.",
            )?,
            reconnects: counter("reconnects_total", "Connections or channels that ended and were made again.")?,
            registry,
        })
    }

    /// What `/metrics` shows.
    pub(super) fn registry(&self) -> &Registry {
        &self.registry
    }
}
