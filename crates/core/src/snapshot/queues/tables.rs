//! Values that many queues share, each kept once and referred to by a number.

use std::collections::HashMap;
use std::hash::Hash;

use crate::Moment;
use crate::observation::{Coverage, Origin};
use crate::snapshot::peak::Peak;

/// How many of the values that were asked for last are compared before one is looked up: the times of a queue's samples.
const RECENT: usize = 4;

/// What the states of one broker's queues refer to.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    /// When samples were taken, and what the observation covered.
    pub(super) taken: Table<(Moment, Coverage)>,
    /// When something happened to a queue.
    pub(super) moments: Table<Moment>,
    /// Where queues are.
    pub(super) origins: Table<Origin>,
    /// The counters of the few queues whose counters have just fallen.
    pub(super) peaks: Vec<Peak>,
}

/// Values, each with a number.
#[derive(Clone, Debug)]
pub(super) struct Table<T> {
    values: Vec<T>,
    numbers: HashMap<T, u32>,
    recent: [u32; RECENT],
}

impl<T: Copy + Eq + Hash> Table<T> {
    /// The number of a value, which is added if it is new.
    pub(super) fn number(&mut self, value: T) -> u32 {
        let is_it = |number: &u32| self.values.get(*number as usize) == Some(&value);
        if let Some(number) = self.recent.iter().copied().find(is_it) {
            return number;
        }
        let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(value).or_insert(next);
        if number == next {
            self.values.push(value);
        }
        self.recent.rotate_right(1);
        self.recent[0] = number;
        number
    }

    /// The value with this number.
    pub(super) fn get(&self, number: u32) -> T {
        self.values[number as usize]
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { values: Vec::new(), numbers: HashMap::new(), recent: [u32::MAX; RECENT] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_its_number() {
        let mut table = Table::default();
        let numbers: Vec<_> = (0..40).map(|n| table.number(n * n % 13)).collect();
        for (n, number) in (0..40).zip(numbers) {
            assert_eq!((table.get(number), table.number(n * n % 13)), (n * n % 13, number));
        }
        assert_eq!(table.values.len(), 7, "the squares modulo 13");
    }
}
