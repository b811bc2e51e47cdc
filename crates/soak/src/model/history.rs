//! What was true when.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How long what was true is remembered.
const KEPT_FOR: Duration = Duration::from_secs(120);

/// The values of something over time.
#[derive(Clone, Debug)]
pub(crate) struct History<T> {
    /// Each with the time from which on it held; at least one.
    changes: VecDeque<(Instant, T)>,
}

impl<T: Copy + PartialEq> History<T> {
    /// The history that begins with `value`.
    pub(crate) fn new(at: Instant, value: T) -> Self {
        Self { changes: VecDeque::from([(at, value)]) }
    }

    /// From `at` on it is `value`.
    pub(crate) fn set(&mut self, at: Instant, value: T) {
        if self.now() == value {
            return;
        }
        self.changes.push_back((at, value));
        while self.changes.len() > 1 && at.saturating_duration_since(self.changes[1].0) > KEPT_FOR {
            self.changes.pop_front();
        }
    }

    /// The present value.
    pub(crate) fn now(&self) -> T {
        self.changes[self.changes.len() - 1].1
    }

    /// All values that held at any time between `from` and `to`.
    pub(crate) fn during(&self, from: Instant, to: Instant) -> impl Iterator<Item = T> {
        self.changes_during(from, to).map(|(_, value)| value)
    }

    /// The same with the time from which on each held.
    pub(crate) fn changes_during(&self, from: Instant, to: Instant) -> impl Iterator<Item = (Instant, T)> {
        let first = self.changes.iter().rposition(|(at, _)| *at <= from).unwrap_or(0);
        self.changes.iter().skip(first).filter(move |(at, _)| *at <= to).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_held_during_a_time_includes_what_held_at_its_beginning() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut history = History::new(at(0), 1);
        history.set(at(10), 2);
        history.set(at(20), 3);
        history.set(at(25), 3);
        let during = |from, to| history.during(at(from), at(to)).collect::<Vec<_>>();
        assert_eq!(during(0, 5), [1]);
        assert_eq!(during(5, 15), [1, 2]);
        assert_eq!(during(10, 20), [2, 3]);
        assert_eq!(during(30, 40), [3]);
    }

    #[test]
    fn old_values_are_forgotten_except_the_one_that_still_held() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut history = History::new(at(0), 0);
        (1..=300).for_each(|second| history.set(at(second), second));
        assert_eq!(history.during(at(0), at(300)).min(), Some(179));
    }
}
