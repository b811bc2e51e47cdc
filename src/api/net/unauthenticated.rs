//! Unauthenticated connections. Their number and lifetime are limited so that they cannot crowd out authenticated ones.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use tokio_util::sync::CancellationToken;

/// The connections that have not carried an authenticated request yet, the oldest first.
pub struct Unauthenticated {
    max: usize,
    connections: VecDeque<Weak<AuthState>>,
}

/// Whether a connection has carried an authenticated request. Owned by the connection, so that it is dropped with it.
#[derive(Default)]
pub struct AuthState {
    authenticated: AtomicBool,
    evicted: CancellationToken,
}

impl Unauthenticated {
    /// No connections, and at most `max` at once, which must not be zero.
    pub fn new(max: usize) -> Self {
        Self { max, connections: VecDeque::new() }
    }

    /// Admits a new connection. If there are too many, the oldest is evicted: a client with credentials authenticates within
    /// milliseconds, so that its connection is never the oldest.
    pub fn admit(&mut self) -> Arc<AuthState> {
        self.connections.retain(|state| state.upgrade().is_some_and(|state| !state.is_authenticated()));
        while self.connections.len() >= self.max {
            let Some(oldest) = self.connections.pop_front() else { break };
            if let Some(oldest) = oldest.upgrade() {
                oldest.evicted.cancel();
            }
        }
        let state = Arc::new(AuthState::default());
        self.connections.push_back(Arc::downgrade(&state));
        state
    }
}

impl AuthState {
    /// Notes that a request on this connection was authenticated.
    pub fn mark_authenticated(&self) {
        self.authenticated.store(true, Ordering::Relaxed);
    }

    /// Whether a request on this connection was authenticated.
    pub fn is_authenticated(&self) -> bool {
        self.authenticated.load(Ordering::Relaxed)
    }

    /// Completes when the connection is evicted; never completes once it is authenticated.
    pub async fn evicted(&self) {
        self.evicted.cancelled().await;
        if self.is_authenticated() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_unauthenticated_connection_is_evicted_and_no_authenticated_one() {
        let mut connections = Unauthenticated::new(2);
        let authenticated = connections.admit();
        authenticated.mark_authenticated();
        let closed = connections.admit();
        let [oldest, next] = [connections.admit(), {
            drop(closed);
            connections.admit()
        }];
        assert!(!oldest.evicted.is_cancelled(), "the closed connection no longer counts");
        let last = connections.admit();
        let evicted = [&authenticated, &oldest, &next, &last].map(|state| state.evicted.is_cancelled());
        assert_eq!(evicted, [false, true, false, false]);
    }
}
