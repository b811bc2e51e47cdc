//! A real queue, and what may be true of it.
//!
//! A message counts from the moment it may have arrived until the moment it may have been acknowledged. So while a request is on
//! its way, and after one that failed, there is a range of what may be true. A broker that crashes may forget acknowledgements
//! that it has not written to disk yet; emptying the queue then ends the doubt.

use std::time::{Duration, Instant};

use crate::model::History;

/// How long ago an acknowledgement may have been that a crash undoes.
const ACKS_ARE_LOST_FOR: Duration = Duration::from_secs(30);

/// One queue.
#[derive(Debug)]
pub(crate) struct RealQueue {
    pub(crate) name: String,
    /// The number of the node that holds it; none for a quorum queue, which moves.
    pub(crate) home: Option<usize>,
    /// How many messages it may hold.
    pub(crate) truth: History<Range>,
    /// How many messages may have been published since the queue exists.
    pub(crate) published_ever: History<u64>,
    /// When something last happened that leaves a doubt.
    pub(crate) doubt_since: Option<Instant>,
    acks: Vec<(Instant, u64)>,
}

/// The numbers from `low` to `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) low: u64,
    pub(crate) high: u64,
}

impl RealQueue {
    /// A queue that was just declared.
    pub(crate) fn new(name: String, home: Option<usize>, now: Instant) -> Self {
        let truth = History::new(now, Range { low: 0, high: 0 });
        Self { name, home, truth, published_ever: History::new(now, 0), doubt_since: None, acks: Vec::new() }
    }

    /// A message is on its way to the queue.
    pub(crate) fn publishes(&mut self, now: Instant) {
        self.change(now, |range| Range { high: range.high + 1, ..range });
        self.published_ever.set(now, self.published_ever.now() + 1);
    }

    /// The broker has confirmed that message.
    pub(crate) fn has_published(&mut self, now: Instant) {
        self.change(now, |range| Range { low: range.low + 1, ..range });
    }

    /// At most so many messages are about to be taken and acknowledged.
    pub(crate) fn takes(&mut self, most: u64, now: Instant) {
        self.change(now, |range| Range { low: range.low.saturating_sub(most), ..range });
    }

    /// So many of at most `most` messages were taken.
    pub(crate) fn has_taken(&mut self, count: u64, most: u64, before: Range, now: Instant) {
        self.acks.retain(|(at, _)| now.saturating_duration_since(*at) < ACKS_ARE_LOST_FOR);
        self.acks.push((now, count));
        // Fewer than asked for: there are no more.
        let is_empty = count < most;
        self.change(now, |range| {
            if is_empty {
                return Range { low: 0, high: 0 };
            }
            let low = before.low.saturating_sub(count);
            Range { low, high: range.high.saturating_sub(count).max(low) }
        });
        if is_empty {
            self.doubt_since = None;
        }
    }

    /// A request failed, so that what it asked for may have been done or may still be.
    pub(crate) fn is_doubtful(&mut self, now: Instant) {
        self.doubt_since = Some(now);
    }

    /// A node fails, or a leader changes: acknowledgements may be lost.
    pub(crate) fn is_disturbed(&mut self, now: Instant) {
        let lately = |at: &Instant| now.saturating_duration_since(*at) < ACKS_ARE_LOST_FOR;
        let lost: u64 = self.acks.drain(..).filter(|(at, _)| lately(at)).map(|(_, count)| count).sum();
        if lost > 0 {
            self.change(now, |range| Range { high: range.high + lost, ..range });
            self.is_doubtful(now);
        }
    }

    fn change(&mut self, now: Instant, change: impl Fn(Range) -> Range) {
        self.truth.set(now, change(self.truth.now()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_as_wide_as_the_doubt() {
        let now = Instant::now();
        let mut queue = RealQueue::new("a".to_owned(), None, now);
        let range = |low, high| Range { low, high };
        for _ in 0..5 {
            queue.publishes(now);
            queue.has_published(now);
        }
        queue.publishes(now);
        assert_eq!(queue.truth.now(), range(5, 6), "on its way");
        queue.is_doubtful(now);
        let before = queue.truth.now();
        queue.takes(2, now);
        assert_eq!(queue.truth.now(), range(3, 6));
        queue.has_taken(2, 2, before, now);
        assert_eq!(queue.truth.now(), range(3, 4));
        queue.is_disturbed(now);
        assert_eq!(queue.truth.now(), range(3, 6), "two acknowledgements may be lost");
        let before = queue.truth.now();
        queue.takes(100, now);
        queue.has_taken(4, 100, before, now);
        assert_eq!((queue.truth.now(), queue.doubt_since), (range(0, 0), None));
    }
}
