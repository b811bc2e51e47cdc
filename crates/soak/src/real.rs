//! Real brokers beside the model ones.
//!
//! A model shows what RabbitMQ was measured to show; a real broker shows the rest. What is true of its queues is known from what
//! was published and confirmed, and what was taken and acknowledged: see [`queue`]. Faults come one after the other for each
//! broker, in the order and at the times of the [`schedule`], or as soon as the one before is over.

mod broker;
mod disturbance;
mod faults;
mod ledger;
mod plan;
mod questions;
mod queue;
mod readings;
pub(crate) mod schedule;
mod verdict;
mod work;

pub(crate) use broker::RealBroker;
pub(crate) use ledger::Ledger;
pub(crate) use plan::{MONITORING_USERNAME, REALS};
pub(crate) use questions::all as questions;
pub(crate) use readings::Sections;
pub(crate) use verdict::judge;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};

use plan::Reading;

/// The real brokers of a run; none of them in a run with models only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reals {
    ledgers: Arc<Vec<SharedLedger>>,
    sections: Arc<Sections>,
}

/// The ledger of one broker.
pub(crate) type SharedLedger = Arc<Mutex<Ledger>>;

/// The running brokers, and the threads that use and disturb them.
#[derive(Debug, Default)]
pub(crate) struct Running {
    stop: Arc<AtomicBool>,
    brokers: Vec<RealBroker>,
    threads: Vec<JoinHandle<()>>,
}

/// Starts all real brokers; `rabbitmq_4` is the folder that holds RabbitMQ 4.
pub(crate) fn start(rabbitmq_4: &Path) -> Result<(Reals, Running)> {
    let starting = REALS.iter().map(|setup| {
        let root = rabbitmq_4.to_owned();
        std::thread::spawn(move || RealBroker::start(setup, &root))
    });
    let (mut brokers, mut sections) = (Vec::new(), Sections::default());
    // All of them are started before the first is waited for.
    for thread in starting.collect::<Vec<_>>() {
        let broker = thread.join().map_err(|_| anyhow!("starting a broker panicked"))??;
        sections.add(&broker);
        brokers.push(broker);
    }
    let ledgers = brokers.iter().map(|broker| Arc::clone(&broker.ledger)).collect();
    let reals = Reals { ledgers: Arc::new(ledgers), sections: Arc::new(sections) };
    Ok((reals, Running { brokers, ..Running::default() }))
}

impl Reals {
    /// The broker that Leveret reads under this name, and how.
    pub(crate) fn find(&self, alias: &str) -> Option<(MutexGuard<'_, Ledger>, &'static Reading)> {
        let (index, reading) = REALS
            .iter()
            .enumerate()
            .find_map(|(index, setup)| Some((index, setup.readings.iter().find(|reading| reading.alias == alias)?)))?;
        Some((lock(self.ledgers.get(index)?), reading))
    }

    /// What the configuration says about them.
    pub(crate) fn sections(&self) -> &Sections {
        &self.sections
    }

    /// Whether there are any.
    pub(crate) fn are_there(&self) -> bool {
        !self.ledgers.is_empty()
    }

    /// Takes note of the faults that have begun since the last call, by class, and fails if a broker cannot be disturbed as
    /// planned.
    pub(crate) fn take_begun(&self) -> Result<Vec<&'static str>> {
        let mut begun = Vec::new();
        for ledger in self.ledgers.iter() {
            let mut ledger = lock(ledger);
            begun.append(&mut ledger.begun);
            if let Some(failure) = ledger.failure.take() {
                return Err(anyhow!(failure)).context("a real broker failed in a way that was not planned");
            }
        }
        Ok(begun)
    }
}

impl Running {
    /// Begins to use and to disturb the brokers, for so long after `start`.
    pub(crate) fn begin(&mut self, seed: u64, start: Instant, lasts: Duration) {
        for (index, broker) in self.brokers.drain(..).enumerate() {
            let episodes = schedule::of(seed, index, lasts);
            let (work, stop) = (work::Work::of(&broker, seed), Arc::clone(&self.stop));
            self.threads.push(std::thread::spawn(move || work.go_on_until(&stop)));
            let stop = Arc::clone(&self.stop);
            self.threads.push(std::thread::spawn(move || faults::happen(broker, &episodes, start, &stop)));
        }
    }

    /// Ends all of it. A fault that is under way is waited for.
    pub(crate) fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            // A panic has been printed, and has left its mark in the ledger.
            let _ = thread.join();
        }
    }
}

/// The ledger, which a thread that panicked leaves as it is.
pub(crate) fn lock(ledger: &SharedLedger) -> MutexGuard<'_, Ledger> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}
