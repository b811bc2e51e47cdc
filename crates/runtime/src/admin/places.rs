//! Places for connections. When all are taken the oldest connection is closed, so that idle ones cannot keep a probe out.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use tokio_util::sync::CancellationToken;

/// The places of open connections, the oldest first.
pub(super) struct Places {
    max: usize,
    taken: VecDeque<Weak<CancellationToken>>,
}

impl Places {
    /// At most `max` places, which is not zero.
    pub(super) fn new(max: usize) -> Self {
        Self { max, taken: VecDeque::new() }
    }

    /// A place for a new connection, which keeps it until it ends, and ends when the token is cancelled. Requests are
    /// answered within milliseconds, so the oldest connection, which is closed when there is no room, is an idle one.
    pub(super) fn take(&mut self) -> Arc<CancellationToken> {
        self.taken.retain(|place| place.strong_count() > 0);
        while self.taken.len() >= self.max {
            if let Some(oldest) = self.taken.pop_front().and_then(|place| place.upgrade()) {
                oldest.cancel();
            }
        }
        let place = Arc::new(CancellationToken::new());
        self.taken.push_back(Arc::downgrade(&place));
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_open_connection_makes_room() {
        let mut places = Places::new(2);
        let closed = places.take();
        let oldest = places.take();
        drop(closed);
        let middle = places.take();
        assert!(!oldest.is_cancelled(), "there was room: the first connection had ended");
        let newest = places.take();
        assert_eq!([oldest, middle, newest].map(|place| place.is_cancelled()), [true, false, false]);
    }
}
