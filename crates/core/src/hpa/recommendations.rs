//! The recent recommendations, which keep a short lull from scaling in.
//!
//! Kubernetes: `stabilizeRecommendation` in `pkg/controller/podautoscaler/horizontal.go`.

use std::time::Duration;

use crate::Moment;

/// The recommendations of one target, in the order in which their slots were taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Recommendations(Vec<Slot>);

/// One remembered recommendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    replicas: i32,
    at: Moment,
}

impl Recommendations {
    /// Remembers what ran when the target was first seen, so that a restart of the controller scales nothing in at once.
    pub(super) fn begin(&mut self, current: i32, now: Moment) {
        if self.0.is_empty() {
            self.0.push(Slot { replicas: current, at: now });
        }
    }

    /// Records `desired` and answers the highest recommendation within `window`, `desired` included.
    ///
    /// The new one takes the *last* slot that is older than the window, or a new slot when none is; the list never
    /// shrinks. A slot exactly as old as the window still counts.
    pub(super) fn stabilise(&mut self, desired: i32, now: Moment, window: Duration) -> i32 {
        let outdated = |slot: &Slot| now.since(slot.at) > window;
        let highest = self.0.iter().filter(|slot| !outdated(slot)).map(|slot| slot.replicas).max();
        let slot = Slot { replicas: desired, at: now };
        match self.0.iter().rposition(outdated) {
            Some(last) => self.0[last] = slot,
            None => self.0.push(slot),
        }
        highest.map_or(desired, |highest| highest.max(desired))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    const WINDOW: Duration = Duration::from_secs(300);

    fn at(seconds: u64) -> Moment {
        Moment::new(Duration::from_secs(seconds), Timestamp::UNIX_EPOCH).plus(Duration::ZERO)
    }

    fn slots(list: &Recommendations) -> Vec<(i32, u64)> {
        list.0.iter().map(|slot| (slot.replicas, slot.at.since(at(0)).as_secs())).collect()
    }

    #[test]
    fn the_highest_within_the_window_wins_and_its_edge_is_inside() {
        let mut list = Recommendations::default();
        list.begin(8, at(0));
        assert_eq!(list.stabilise(3, at(300), WINDOW), 8);
        assert_eq!(list.stabilise(3, at(301), WINDOW), 3);
    }

    #[test]
    fn a_higher_one_is_never_held_back() {
        let mut list = Recommendations::default();
        list.begin(2, at(0));
        assert_eq!(list.stabilise(9, at(1), WINDOW), 9);
    }

    #[test]
    fn a_new_one_takes_the_last_outdated_slot_and_the_list_never_shrinks() {
        let mut list = Recommendations::default();
        list.begin(1, at(0));
        list.stabilise(2, at(10), WINDOW);
        list.stabilise(3, at(200), WINDOW);
        assert_eq!(slots(&list), [(1, 0), (2, 10), (3, 200)]);
        list.stabilise(4, at(400), WINDOW);
        assert_eq!(slots(&list), [(1, 0), (4, 400), (3, 200)]);
        list.stabilise(5, at(401), WINDOW);
        assert_eq!(slots(&list), [(5, 401), (4, 400), (3, 200)]);
    }

    #[test]
    fn the_beginning_is_recorded_once() {
        let mut list = Recommendations::default();
        list.begin(4, at(0));
        list.begin(9, at(1));
        assert_eq!(slots(&list), [(4, 0)]);
    }
}
