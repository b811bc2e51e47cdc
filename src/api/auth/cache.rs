//! Reviews, cached. Without a cache every request would cost the Kubernetes API server a review.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use super::review::ReviewFailed;
use leveret_core::Moment;
use leveret_runtime::Clock;

/// A digest of what is reviewed.
pub(super) type Key = [u8; 32];

/// Outcomes of reviews, each kept for a while. Concurrent requests with the same key share one review, failures included;
/// failures are not kept.
pub(super) struct ReviewCache<T> {
    clock: Clock,
    /// The moment from which expiry times are counted.
    origin: Moment,
    /// The most outcomes that are kept. Beyond that the one that would expire next makes room.
    max: usize,
    /// How long an outcome is kept.
    lifetime: fn(&T) -> Duration,
    state: Mutex<State<T>>,
}

struct State<T> {
    kept: HashMap<Key, Kept<T>>,
    by_expiry: BTreeSet<(Duration, Key)>,
    running: HashMap<Key, Weak<Review>>,
}

struct Kept<T> {
    outcome: T,
    expires: Duration,
}

/// A review that several requests may wait for. The request that holds the lock asks; the error is for those that wait
/// meanwhile.
type Review = tokio::sync::Mutex<Option<ReviewFailed>>;

impl<T: Clone> ReviewCache<T> {
    /// An empty cache.
    pub(super) fn new(clock: Clock, max: usize, lifetime: fn(&T) -> Duration) -> Self {
        let state = State { kept: HashMap::new(), by_expiry: BTreeSet::new(), running: HashMap::new() };
        Self { clock, origin: clock.now(), max, lifetime, state: Mutex::new(state) }
    }

    /// The outcome that is kept for this key.
    pub(super) fn kept(&self, key: &Key) -> Option<T> {
        self.state().get(key, self.now())
    }

    /// The outcome that is kept for this key, or the outcome of a review, which is kept.
    pub(super) async fn get_or_review(
        &self,
        key: Key,
        review: impl Future<Output = Result<T, ReviewFailed>>,
    ) -> Result<T, ReviewFailed> {
        let running = {
            let mut state = self.state();
            if let Some(outcome) = state.get(&key, self.now()) {
                return Ok(outcome);
            }
            state.join(key)
        };
        // A request that is cancelled while it reviews releases the lock, and the next one in line reviews.
        let mut failure = running.lock().await;
        if let Some(failure) = &*failure {
            return Err(failure.clone());
        }
        if let Some(outcome) = self.state().get(&key, self.now()) {
            return Ok(outcome);
        }
        match review.await {
            Ok(outcome) => {
                let lifetime = (self.lifetime)(&outcome);
                self.state().keep(key, outcome.clone(), self.now(), lifetime, self.max);
                Ok(outcome)
            }
            Err(error) => {
                // Requests that come from now on ask again.
                self.state().running.remove(&key);
                *failure = Some(error.clone());
                Err(error)
            }
        }
    }

    fn now(&self) -> Duration {
        self.clock.now().since(self.origin)
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> State<T> {
    fn get(&self, key: &Key, now: Duration) -> Option<T> {
        self.kept.get(key).filter(|kept| now < kept.expires).map(|kept| kept.outcome.clone())
    }

    /// The running review for this key, or a new one.
    fn join(&mut self, key: Key) -> Arc<Review> {
        self.running.retain(|_, review| review.strong_count() > 0);
        if let Some(review) = self.running.get(&key).and_then(Weak::upgrade) {
            return review;
        }
        let review = Arc::new(Review::default());
        self.running.insert(key, Arc::downgrade(&review));
        review
    }

    fn keep(&mut self, key: Key, outcome: T, now: Duration, lifetime: Duration, max: usize) {
        self.remove(&key);
        while let Some((expires, next)) = self.by_expiry.first().copied() {
            if now < expires && self.kept.len() < max {
                break;
            }
            self.remove(&next);
        }
        let expires = now + lifetime;
        self.kept.insert(key, Kept { outcome, expires });
        self.by_expiry.insert((expires, key));
    }

    fn remove(&mut self, key: &Key) {
        if let Some(kept) = self.kept.remove(key) {
            self.by_expiry.remove(&(kept.expires, *key));
        }
    }
}

#[cfg(test)]
mod tests;
