//! Connections on which nobody has said yet who they are. They are few and short, so that they cannot keep out those who do.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use tokio_util::sync::CancellationToken;

/// The connections of strangers, the oldest first.
pub(super) struct Strangers {
    max: usize,
    waiting: VecDeque<Weak<Standing>>,
}

/// What is known of a connection's other end. Its connection holds it, and nobody else does.
#[derive(Default)]
pub(super) struct Standing {
    known: AtomicBool,
    displaced: CancellationToken,
}

impl Strangers {
    /// At most this many at once; not zero.
    pub(super) fn new(max: usize) -> Self {
        Self { max, waiting: VecDeque::new() }
    }

    /// A new stranger. Where there are too many the oldest gives way: whoever has something to show does so within
    /// milliseconds, so that it is never the oldest.
    pub(super) fn welcome(&mut self) -> Arc<Standing> {
        self.waiting.retain(|standing| standing.upgrade().is_some_and(|standing| !standing.is_known()));
        while self.waiting.len() >= self.max {
            let Some(oldest) = self.waiting.pop_front() else { break };
            if let Some(oldest) = oldest.upgrade() {
                oldest.displaced.cancel();
            }
        }
        let standing = Arc::new(Standing::default());
        self.waiting.push_back(Arc::downgrade(&standing));
        standing
    }
}

impl Standing {
    /// Somebody has shown on this connection who they are; it is no stranger's any longer.
    pub(super) fn show(&self) {
        self.known.store(true, Ordering::Relaxed);
    }

    /// Whether somebody has shown on this connection who they are.
    pub(super) fn is_known(&self) -> bool {
        self.known.load(Ordering::Relaxed)
    }

    /// Completes when a stranger is to give way; never for a connection that is known.
    pub(super) async fn displaced(&self) {
        self.displaced.cancelled().await;
        if self.is_known() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_stranger_gives_way_and_nobody_who_is_known() {
        let mut strangers = Strangers::new(2);
        let known = strangers.welcome();
        known.show();
        let gone = strangers.welcome();
        let [oldest, next] = [strangers.welcome(), {
            drop(gone);
            strangers.welcome()
        }];
        assert!(!oldest.displaced.is_cancelled(), "the one that is gone had left its place");
        let last = strangers.welcome();
        let displaced = [&known, &oldest, &next, &last].map(|standing| standing.displaced.is_cancelled());
        assert_eq!(displaced, [false, true, false, false]);
    }
}
