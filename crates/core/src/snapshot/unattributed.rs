//! What the last observations of a broker have counted for no queue.

use std::collections::VecDeque;

use crate::Moment;
use crate::observation::{Coverage, Observation, Unattributed};

use super::Sample;

/// How many observations are remembered. Rates are taken over 30 s and one poll at most, and a poll takes at least a second.
const OBSERVATIONS_MAX: usize = 64;

/// The last observations, the newest last.
#[derive(Clone, Debug, Default)]
pub(super) struct Unattributions(VecDeque<(Moment, Coverage, Unattributed)>);

impl Unattributions {
    /// The same with one more observation.
    #[must_use]
    pub(super) fn after(&self, observation: &Observation) -> Self {
        let mut all = self.0.clone();
        all.extend(observation.unattributed.map(|counted| (observation.at, observation.coverage, counted)));
        if all.len() > OBSERVATIONS_MAX {
            all.pop_front();
        }
        Self(all)
    }

    /// What was counted for no queue between two samples; none if that is not known.
    pub(super) fn between(&self, before: &Sample, after: &Sample) -> Option<Unattributed> {
        let of = |sample: &Sample| {
            let found = self.0.iter().rev().find(|(at, coverage, _)| (*at, *coverage) == (sample.at, sample.coverage));
            found.map(|(_, _, counted)| *counted)
        };
        if before.coverage == after.coverage { of(after)?.since(of(before)?) } else { None }
    }
}
