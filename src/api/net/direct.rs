//! Connections of callers that present credentials of their own, rather than come through the front proxy.
//!
//! Every account of the cluster can authenticate, and nearly every one may read discovery documents, so neither shows that a
//! connection is worth a place. The number of these connections is limited, so that they cannot crowd out the front proxy's, and
//! the caller with the most connections loses one, so that it cannot crowd out other callers either.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// The connections, the oldest first.
pub(super) struct Direct {
    max: usize,
    hasher: RandomState,
    connections: Mutex<Vec<Entry>>,
}

struct Entry {
    /// A digest of the caller's name, which may be long.
    caller: u64,
    evicted: CancellationToken,
}

impl Direct {
    /// No connections, and at most `max` at once.
    pub(super) fn new(max: usize) -> Self {
        Self { max, hasher: RandomState::new(), connections: Mutex::new(Vec::new()) }
    }

    /// Adds a connection of this caller, which ends when the token is cancelled. If there are too many, the oldest one of the
    /// caller that has the most is evicted.
    pub(super) fn add(&self, caller: &str, evicted: CancellationToken) {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.push(Entry { caller: self.hasher.hash_one(caller), evicted });
        if connections.len() <= self.max {
            return;
        }
        let mut counts = HashMap::new();
        for entry in connections.iter() {
            *counts.entry(entry.caller).or_insert(0_usize) += 1;
        }
        let most = counts.values().max();
        if let Some(oldest) = connections.iter().position(|entry| counts.get(&entry.caller) == most) {
            connections.remove(oldest).evicted.cancel();
        }
    }

    /// Removes the connection that has ended, if it is one of these.
    pub(super) fn remove(&self, ended: &CancellationToken) {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner).retain(|entry| entry.evicted != *ended);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_with_the_most_connections_loses_its_oldest() {
        let direct = Direct::new(3);
        let open = |caller: &str| {
            let token = CancellationToken::new();
            direct.add(caller, token.clone());
            token
        };
        let (quiet, first, second, third) = (open("quiet"), open("greedy"), open("greedy"), open("greedy"));
        let evicted = [&quiet, &first, &second, &third].map(CancellationToken::is_cancelled);
        assert_eq!(evicted, [false, true, false, false]);
        direct.remove(&second);
        let other = open("other");
        let evicted = [&quiet, &third, &other].map(CancellationToken::is_cancelled);
        assert_eq!(evicted, [false; 3], "the one that has ended no longer counts");
    }
}
