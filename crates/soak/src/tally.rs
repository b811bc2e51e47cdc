//! What has been counted so far.

use std::collections::BTreeMap;

use crate::usage::Usage;

/// The least part of the questions that could be answered which must be, in per cent. Not all are on a busy machine, where
/// a read may fail without a fault.
const ANSWERED_PERCENT_MIN: u64 = 95;

/// The same for one broker, where one failed read weighs more.
const ANSWERED_BY_BROKER_PERCENT_MIN: u64 = 85;

/// From how many questions on a part of them says something.
const COUNTED_MIN: u64 = 100;

/// The counts of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Faults by class.
    pub(crate) faults: BTreeMap<&'static str, u64>,
    /// Faults of real brokers by class.
    pub(crate) real_faults: BTreeMap<&'static str, u64>,
    /// Questions that were answered by anything.
    pub(crate) answers: u64,
    /// Those that were answered by a number.
    pub(crate) numbers: u64,
    /// Those that were answered by zero.
    pub(crate) zeros: u64,
    /// Those that were answered by 404.
    pub(crate) missing: u64,
    pub(crate) wrong: u64,
    /// Questions that no fault concerned, by broker: how many there were, and how many were answered.
    pub(crate) calm: BTreeMap<&'static str, (u64, u64)>,
    /// Questions that failed although Leveret ran.
    pub(crate) failed: u64,
    /// What Leveret took after its start, and at the end.
    pub(crate) usage: Option<(Usage, Usage)>,
}

impl Tally {
    /// How many questions could be answered, and how many of them were.
    pub(crate) fn calm(&self) -> (u64, u64) {
        self.calm.values().fold((0, 0), |(could, were), (c, w)| (could + c, were + w))
    }

    /// What is wrong with the run as a whole.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        if self.wrong > 0 {
            complaints.push(format!("{} wrong answers", self.wrong));
        }
        let too_few = |(could, were): (u64, u64), percent| could >= COUNTED_MIN && were * 100 < could * percent;
        if too_few(self.calm(), ANSWERED_PERCENT_MIN) {
            complaints.push("too few of the questions that could be answered were".to_owned());
        }
        for (broker, counts) in self.calm.iter().filter(|(_, it)| too_few(**it, ANSWERED_BY_BROKER_PERCENT_MIN)) {
            complaints.push(format!("{broker}: {} questions could be answered, and only {} were", counts.0, counts.1));
        }
        if self.failed > 0 {
            complaints.push(format!("{} questions failed although Leveret ran", self.failed));
        }
        if let Some((start, end)) = self.usage.filter(|(start, end)| end.has_grown_since(start)) {
            complaints.push(format!("Leveret grew from {start} to {end}"));
        }
        complaints
    }
}
