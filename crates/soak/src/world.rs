//! All model brokers, which servers, faults and checks share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::model::Model;
use crate::plan::{REPLACED, SETUPS};

/// How long Leveret may take to notice that its configuration has changed.
const NOTICES_IN: Duration = Duration::from_secs(4);

/// The brokers, and which of them Leveret is told to read.
#[derive(Clone, Debug)]
pub(crate) struct World {
    models: Arc<Vec<Mutex<Model>>>,
    /// As which model the broker [`REPLACED`] is configured, and since when.
    replaced: Arc<Mutex<Vec<(Instant, usize)>>>,
    /// When the soak began.
    pub(crate) start: Instant,
}

impl World {
    /// Every broker of the plan, undisturbed.
    pub(crate) fn new(seed: u64) -> Self {
        let start = Instant::now();
        let models = SETUPS.iter().zip(0..).map(|(setup, index)| Mutex::new(Model::new(*setup, index, seed, start)));
        let first = SETUPS.iter().position(|setup| setup.replaces).unwrap_or(0);
        Self { models: Arc::new(models.collect()), replaced: Arc::new(Mutex::new(vec![(start, first)])), start }
    }

    /// One broker.
    pub(crate) fn model(&self, index: usize) -> MutexGuard<'_, Model> {
        self.models[index].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The model that is configured as [`REPLACED`].
    pub(crate) fn replacement(&self) -> usize {
        self.replacements().last().map_or(0, |(_, index)| *index)
    }

    /// Configures the other model as [`REPLACED`].
    pub(crate) fn replace(&self, now: Instant) {
        let (before, mut replaced) = (self.replacement(), self.replacements());
        let other = SETUPS.iter().enumerate().find(|(index, setup)| setup.replaces && *index != before);
        replaced.push((now, other.map_or(before, |(index, _)| index)));
    }

    /// When [`REPLACED`] was last configured otherwise.
    pub(crate) fn replaced_at(&self) -> Instant {
        self.replacements().last().map_or(self.start, |(at, _)| *at)
    }

    /// The models that an answer about the broker `alias` may be about, if the question was on its way from `from` to `to`.
    pub(crate) fn meant(&self, alias: &str, from: Instant, to: Instant) -> Vec<usize> {
        if alias != REPLACED {
            return SETUPS.iter().position(|setup| setup.name == alias).into_iter().collect();
        }
        let replaced = self.replacements();
        let mut meant = Vec::new();
        for (at, index) in replaced.iter().rev().filter(|(at, _)| *at <= to) {
            meant.push(*index);
            if *at + NOTICES_IN < from {
                break;
            }
        }
        meant
    }

    fn replacements(&self) -> MutexGuard<'_, Vec<(Instant, usize)>> {
        self.replaced.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
