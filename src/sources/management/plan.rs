//! The list or single queues, whichever costs the broker less. Pure.
//!
//! Measured on 3.10.8, 4.0.5 and 4.3.6: a single queue costs the broker half a millisecond of processor time, and the list
//! a tenth of a millisecond per queue. So single GETs cost less while fewer than a fifth of the queues are wanted.

use super::address::is_addressable;
use crate::sources::wanted::{FEW, Wanted};
use leveret_core::observation::{Failure, Finding, QueueId, Scope};

/// Every 12th read lists all queues, so that new queues are known and deleted ones are noticed: once a minute at the default
/// interval of 5 s.
const READS_PER_LIST: u32 = 12;

/// How to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// All queues at once.
    List,
    /// These queues, one by one.
    Singles(Vec<QueueId>),
}

/// How many reads at most go by after a failed list before the next one: five minutes at the default interval.
const READS_PER_FAILED_LIST: u32 = 60;

/// What the last list of queues looked like.
#[derive(Clone, Debug, Default)]
pub(super) struct LastList {
    /// How many queues it had; none before the first list, and if the last one cannot be relied on.
    queues: Option<usize>,
    /// How many reads there were since without one.
    singles: u32,
    /// How many lists in a row have failed, and the last failure.
    failed: Option<(u32, Failure)>,
}

impl Plan {
    /// How to read `wanted` from a broker with `known` queues.
    pub(super) fn of(wanted: &Wanted, known: usize) -> Self {
        let Wanted::Queues(queues) = wanted else { return Self::List };
        let few = queues.len() <= FEW && queues.len() < known / 5;
        if few && queues.iter().all(is_addressable) { Self::Singles(queues.clone()) } else { Self::List }
    }
}

impl LastList {
    /// How to make the next read.
    ///
    /// A list is what a slow broker answers last. After one has failed, the next ones come more and more rarely, and in between
    /// single queues are read all the same.
    ///
    /// # Errors
    /// The failure of the last list, where only a list would do and the time for the next has not come.
    pub(super) fn plan(&mut self, wanted: &Wanted) -> Result<Plan, Failure> {
        if let Some((times, failure)) = &self.failed {
            let reads = 2_u32.saturating_pow(*times).min(READS_PER_FAILED_LIST);
            if self.singles + 1 < reads {
                return match wanted {
                    Wanted::Queues(queues) if queues.len() <= FEW && queues.iter().all(is_addressable) => {
                        Ok(Plan::Singles(queues.clone()))
                    }
                    _ => {
                        self.singles += 1;
                        Err(failure.clone())
                    }
                };
            }
            return Ok(Plan::List);
        }
        Ok(match self.queues {
            Some(known) if self.singles + 1 < READS_PER_LIST => Plan::of(wanted, known),
            _ => Plan::List,
        })
    }

    /// Notes that a list could not be read, although the broker answers smaller questions.
    pub(super) fn note_failure(&mut self, failure: &Failure) {
        let times = self.failed.as_ref().map_or(0, |(times, _)| *times);
        *self = Self { failed: Some((times.saturating_add(1), failure.clone())), singles: 0, queues: None };
    }

    /// Notes what a read returned. If something was wrong with a list, the next read is a list again.
    pub(super) fn note(&mut self, scope: &Scope, queues: usize, finding: Option<Finding>) {
        *self = match scope {
            Scope::Everything => Self { queues: finding.is_none().then_some(queues), singles: 0, failed: None },
            Scope::Only(_) => Self { singles: self.singles.saturating_add(1), ..self.clone() },
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leveret_core::observation::FailureKind;

    fn queues(count: usize) -> Vec<QueueId> {
        (0..count).map(|n| QueueId::new("/", n.to_string())).collect()
    }

    #[test]
    fn few_of_many_are_read_one_by_one() {
        let plan = |wanted, known| Plan::of(&Wanted::Queues(wanted), known);
        assert_eq!(plan(queues(20), 105), Plan::Singles(queues(20)));
        assert_eq!(plan(queues(20), 104), Plan::List);
        assert_eq!(plan(queues(21), 10_000), Plan::List);
        assert_eq!(plan(queues(1), 5), Plan::List);
        assert_eq!(plan(vec![QueueId::new("/", "..")], 1000), Plan::List);
        assert_eq!(Plan::of(&Wanted::Everything, 1000), Plan::List);
    }

    #[test]
    fn every_twelfth_read_and_the_first_are_lists() {
        let (mut last, wanted) = (LastList::default(), Wanted::Queues(queues(2)));
        let mut lists = Vec::new();
        for read in 0..25 {
            let scope = match last.plan(&wanted).expect("nothing has failed") {
                Plan::List => {
                    lists.push(read);
                    Scope::Everything
                }
                Plan::Singles(queues) => Scope::Only(queues),
            };
            last.note(&scope, 1000, None);
        }
        assert_eq!(lists, [0, 12, 24]);
        assert_eq!(last.plan(&Wanted::Everything), Ok(Plan::List));
    }

    #[test]
    fn a_list_that_cannot_be_relied_on_is_read_again() {
        let (mut last, wanted) = (LastList::default(), Wanted::Queues(queues(2)));
        last.note(&Scope::Everything, 1000, Some(Finding::CollectorOff));
        assert_eq!(last.plan(&wanted), Ok(Plan::List));
        last.note(&Scope::Everything, 1000, None);
        assert_eq!(last.plan(&wanted), Ok(Plan::Singles(queues(2))));
    }

    #[test]
    fn after_a_failed_list_single_queues_are_read_and_lists_come_more_and_more_rarely() {
        let (mut last, wanted) = (LastList::default(), Wanted::Queues(queues(2)));
        let failure = Failure::new(FailureKind::Timeout, "no list within 4 s");
        let (mut lists, mut everything) = (Vec::new(), last.clone());
        for read in 0..300 {
            match last.plan(&wanted) {
                Ok(Plan::List) => {
                    lists.push(read);
                    last.note_failure(&failure);
                }
                Ok(Plan::Singles(queues)) => last.note(&Scope::Only(queues), 2, None),
                Err(failure) => panic!("{failure}"),
            }
        }
        assert_eq!(lists, [0, 2, 6, 14, 30, 62, 122, 182, 242]);
        everything.note_failure(&failure);
        assert_eq!(everything.plan(&Wanted::Everything), Err(failure));
        assert_eq!(everything.plan(&Wanted::Everything), Ok(Plan::List), "the next but one");
    }
}
