//! Places for requests in flight. Callers that are not authenticated have places of their own, so that waiting for their
//! reviews takes none from the others.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::api::net::limits::{IN_FLIGHT_MAX, UNAUTHENTICATED_IN_FLIGHT_MAX};
use crate::api::wire::status::Status;

/// A place that a request has until it is answered.
pub type Place<'a> = SemaphorePermit<'a>;

/// The places of all requests in flight.
pub(super) struct Places {
    authenticated: Semaphore,
    unauthenticated: Semaphore,
}

impl Places {
    /// All places, which are free.
    pub(super) fn new() -> Self {
        Self {
            authenticated: Semaphore::new(IN_FLIGHT_MAX),
            unauthenticated: Semaphore::new(UNAUTHENTICATED_IN_FLIGHT_MAX),
        }
    }

    /// A place for the request of an authenticated caller.
    ///
    /// # Errors
    /// All are taken.
    pub(super) fn authenticated(&self) -> Result<Place<'_>, Status> {
        self.authenticated.try_acquire().map_err(|_| Status::too_many_requests())
    }

    /// A place for the request of an anonymous caller, or of one that is still to be authenticated.
    ///
    /// # Errors
    /// All are taken.
    pub(super) fn unauthenticated(&self) -> Result<Place<'_>, Status> {
        self.unauthenticated.try_acquire().map_err(|_| Status::too_many_requests())
    }
}
