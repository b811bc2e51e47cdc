//! Unauthenticated connections. Their number and lifetime are limited so that they cannot crowd out authenticated ones.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once, Weak};

use tokio_util::sync::CancellationToken;

use super::direct::Direct;

/// The connections that have not carried an authenticated request yet, the oldest first.
pub struct Unauthenticated {
    max: usize,
    connections: VecDeque<Weak<AuthState>>,
    direct: Arc<Direct>,
}

/// Whether a connection has carried an authenticated request. Owned by the connection, so that it is dropped with it.
pub struct AuthState {
    authenticated: AtomicBool,
    /// Cancelled to evict it while it is not authenticated.
    evicted: CancellationToken,
    direct: Arc<Direct>,
    /// Done when it is one of the direct connections.
    added: Once,
    /// Cancelled to evict it from those.
    displaced: CancellationToken,
}

impl Unauthenticated {
    /// No connections, and at most `max` at once, which must not be zero; and at most `direct_max` of callers that authenticate
    /// themselves.
    pub fn new(max: usize, direct_max: usize) -> Self {
        Self { max, connections: VecDeque::new(), direct: Arc::new(Direct::new(direct_max)) }
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
        let state = Arc::new(AuthState::new(Arc::clone(&self.direct)));
        self.connections.push_back(Arc::downgrade(&state));
        state
    }
}

impl AuthState {
    fn new(direct: Arc<Direct>) -> Self {
        Self {
            authenticated: AtomicBool::new(false),
            evicted: CancellationToken::new(),
            direct,
            added: Once::new(),
            displaced: CancellationToken::new(),
        }
    }

    /// Notes that a request on this connection was authenticated, by the front proxy or by the only token that there is.
    pub fn mark_authenticated(&self) {
        self.authenticated.store(true, Ordering::Relaxed);
    }

    /// Notes that a request on this connection was authenticated by credentials of the caller's own.
    pub fn mark_direct(&self, caller: &str) {
        self.mark_authenticated();
        self.added.call_once(|| self.direct.add(caller, self.displaced.clone()));
    }

    /// Whether a request on this connection was authenticated.
    pub fn is_authenticated(&self) -> bool {
        self.authenticated.load(Ordering::Relaxed)
    }

    /// Completes with the reason when the connection is evicted, which one that the front proxy has authenticated never is.
    pub async fn evicted(&self) -> &'static str {
        let while_unauthenticated = async {
            self.evicted.cancelled().await;
            if self.is_authenticated() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = while_unauthenticated => "too many connections are unauthenticated",
            () = self.displaced.cancelled() => "too many connections do not come through the API server",
        }
    }
}

impl Drop for AuthState {
    fn drop(&mut self) {
        self.direct.remove(&self.displaced);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_unauthenticated_connection_is_evicted_and_no_authenticated_one() {
        let mut connections = Unauthenticated::new(2, 2);
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
