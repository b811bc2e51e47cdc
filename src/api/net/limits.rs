//! How many connections and requests there may be at once, and how long each may take.

use std::time::Duration;

/// Connections at once. One kube-apiserver needs a few; the rest is for direct callers and scanners.
pub const CONNECTIONS_MAX: usize = 512;

/// Unauthenticated connections at once: half of all, so that the other half is reserved for authenticated ones. One more
/// evicts the oldest.
pub const UNAUTHENTICATED_MAX: usize = CONNECTIONS_MAX / 2;

/// Connections at once of callers that authenticate themselves, as any account of the cluster can: a quarter of all, so that the
/// last quarter is reserved for API servers. One more evicts one of the caller that has the most.
pub const DIRECT_MAX: usize = CONNECTIONS_MAX / 4;

/// Requests in flight of authenticated callers, as many as the Kubernetes API server allows for reads.
pub const IN_FLIGHT_MAX: usize = 400;

/// Requests in flight of callers that are not authenticated: anonymous ones, and those whose token is still to be reviewed. As
/// many as one HTTP/2 connection carries, so that the first burst of a client with a valid token passes. Each may cost the
/// Kubernetes API server a review, and Leveret a connection to it.
pub const UNAUTHENTICATED_IN_FLIGHT_MAX: usize = STREAMS_MAX as usize;

/// From the first byte of a connection to the end of its TLS handshake.
pub const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// From the first byte of an HTTP/1.1 request to the end of its headers.
pub const HEADER_READ_MAX: Duration = Duration::from_secs(32);

/// A connection that carries no request for this long is closed.
pub const IDLE_MAX: Duration = Duration::from_secs(90);

/// From the TLS handshake to the first authenticated request. Health probes do not authenticate and are done well before.
pub const UNAUTHENTICATED_FOR: Duration = Duration::from_secs(5);

/// One request as a whole. Answers come from memory; only reviews by the Kubernetes API server take time.
pub const REQUEST_MAX: Duration = Duration::from_secs(10);

/// How long a connection may take to end once it is asked to: its requests end within [`REQUEST_MAX`].
pub const DRAIN_MAX: Duration = Duration::from_secs(20);

/// Drain limit for an unauthenticated connection with no complete request.
pub const UNAUTHENTICATED_DRAIN_MAX: Duration = Duration::from_secs(1);

/// The bytes of all headers of one request.
pub const HEADERS_MAX: u32 = 64 << 10;

/// Requests at once on one HTTP/2 connection. The aggregator sends all of its requests on one.
pub const STREAMS_MAX: u32 = 100;

/// An HTTP/2 peer that is silent for this long is pinged.
pub const PING_INTERVAL: Duration = Duration::from_secs(30);

/// How long such a peer may take to answer the ping.
pub const PING_TIMEOUT: Duration = Duration::from_secs(15);
