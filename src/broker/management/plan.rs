//! List or single queues: whichever costs the broker less. Pure.
//!
//! Measured on 3.10.8, 4.0.5 and 4.3.6: a single queue costs half a millisecond of the broker's processor, the list a tenth
//! of a millisecond for each queue it has. So single GETs win while fewer than a fifth of the queues are wanted.

use crate::broker::Wanted;
use leveret_core::observation::{Finding, QueueId, Scope};

/// The most single GETs of one read: 20 x 0.5 ms are 10 ms of the broker, and some round trips of this side.
pub(in crate::broker) const SINGLES_MAX: usize = 20;

/// Of so many reads one is a list, so that a queue that nobody asked for yet is known when somebody does, and what was
/// deleted is noticed: at the default interval of 5 s, once a minute.
const READS_PER_LIST: u32 = 12;

/// How to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::broker) enum Plan {
    /// All queues at once.
    List,
    /// These, one by one.
    Singles(Vec<QueueId>),
}

/// What the last list of queues looked like.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Listed {
    /// How many queues it had; none before the first list, and when the last one is not to be relied upon.
    queues: Option<usize>,
    /// How many reads of single queues came since.
    singles: u32,
}

impl Plan {
    /// The way to read `wanted` of a broker with `known` queues.
    pub(in crate::broker) fn of(wanted: &[QueueId], known: usize) -> Self {
        let few = wanted.len() <= SINGLES_MAX && wanted.len() < known / 5;
        if few && wanted.iter().all(super::address::exists) { Self::Singles(wanted.to_vec()) } else { Self::List }
    }
}

impl Listed {
    /// The way to make the next read.
    pub(super) fn plan(&self, wanted: &Wanted) -> Plan {
        match (wanted, self.queues) {
            (Wanted::Queues(queues), Some(known)) if self.singles + 1 < READS_PER_LIST => Plan::of(queues, known),
            _ => Plan::List,
        }
    }

    /// Notes what a read brought. After a list that looked like success and was not, the next read is a list again.
    pub(super) fn note(&mut self, scope: &Scope, queues: usize, finding: Option<Finding>) {
        *self = match scope {
            Scope::Everything => Self { queues: finding.is_none().then_some(queues), singles: 0 },
            Scope::Only(_) => Self { singles: self.singles + 1, ..*self },
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queues(count: usize) -> Vec<QueueId> {
        (0..count).map(|n| QueueId::new("/", n.to_string())).collect()
    }

    #[test]
    fn few_of_many_are_read_one_by_one() {
        assert_eq!(Plan::of(&queues(20), 105), Plan::Singles(queues(20)));
        assert_eq!(Plan::of(&queues(20), 104), Plan::List);
        assert_eq!(Plan::of(&queues(21), 10_000), Plan::List);
        assert_eq!(Plan::of(&queues(1), 5), Plan::List);
        assert_eq!(Plan::of(&[QueueId::new("/", "..")], 1000), Plan::List);
    }

    #[test]
    fn every_twelfth_read_and_the_first_are_lists() {
        let (mut listed, wanted) = (Listed::default(), Wanted::Queues(queues(2)));
        let mut lists = Vec::new();
        for read in 0..25 {
            let scope = match listed.plan(&wanted) {
                Plan::List => {
                    lists.push(read);
                    Scope::Everything
                }
                Plan::Singles(queues) => Scope::Only(queues),
            };
            listed.note(&scope, 1000, None);
        }
        assert_eq!(lists, [0, 12, 24]);
        assert_eq!(listed.plan(&Wanted::Everything), Plan::List);
    }

    #[test]
    fn a_list_that_cannot_be_relied_upon_is_read_again() {
        let (mut listed, wanted) = (Listed::default(), Wanted::Queues(queues(2)));
        listed.note(&Scope::Everything, 1000, Some(Finding::CollectorOff));
        assert_eq!(listed.plan(&wanted), Plan::List);
        listed.note(&Scope::Everything, 1000, None);
        assert_eq!(listed.plan(&wanted), Plan::Singles(queues(2)));
    }
}
