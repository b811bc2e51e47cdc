//! The consumer's own series.

use prometheus::{Histogram, HistogramOpts, HistogramTimer, IntCounter, IntGauge, Registry};

/// Bounds in seconds around the default of two: a task is fast, as expected, or stuck.
const WORK_SECONDS: [f64; 10] = [0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0, 30.0];

/// The consumer's own series.
#[derive(Clone, Debug)]
pub(super) struct Instruments {
    registry: Registry,
    pub(super) done: IntCounter,
    pub(super) duplicates: IntCounter,
    pub(super) malformed: IntCounter,
    pub(super) redelivered: IntCounter,
    pub(super) reconnects: IntCounter,
    in_flight: IntGauge,
    work: Histogram,
}

impl Instruments {
    /// Registers the series.
    pub(super) fn new() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let counter = |name: &str, help: &str| {
            let counter = IntCounter::new(format!("task_consumer_{name}"), help)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        let in_flight = IntGauge::new("task_consumer_in_flight", "Tasks in hand now.")?;
        registry.register(Box::new(in_flight.clone()))?;
        let work = HistogramOpts::new("task_consumer_work_seconds", "How long the work on one task took.");
        let work = Histogram::with_opts(work.buckets(WORK_SECONDS.to_vec()))?;
        registry.register(Box::new(work.clone()))?;
        Ok(Self {
            done: counter("done_total", "Tasks done and recorded.")?,
            duplicates: counter("duplicates_total", "Messages whose task was done before: acked without work.")?,
            malformed: counter("malformed_total", "Messages that are not a task: moved to the dead-letter queue.")?,
            redelivered: counter("redelivered_total", "Messages that the broker delivered again.")?,
            reconnects: counter("reconnects_total", "Connections or channels that ended and were made again.")?,
            in_flight,
            work,
            registry,
        })
    }

    /// What `/metrics` shows.
    pub(super) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Work on a task begins.
    pub(super) fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight { instruments: self.clone(), timer: Some(self.work.start_timer()) }
    }
}

/// One task in hand. Dropped without [`done`](Self::done) it was given up, and its time is not counted.
#[derive(Debug)]
pub(super) struct InFlight {
    instruments: Instruments,
    timer: Option<HistogramTimer>,
}

impl InFlight {
    /// The task is done.
    pub(super) fn done(mut self) {
        self.instruments.done.inc();
        let _ = self.timer.take().map(HistogramTimer::stop_and_record);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.instruments.in_flight.dec();
        let _ = self.timer.take().map(HistogramTimer::stop_and_discard);
    }
}
