//! How much of everything there may be at once.

use std::time::Duration;

/// Connections at once. One kube-apiserver needs a few; the rest is for direct callers and scanners.
pub(super) const CONNECTIONS_MAX: usize = 512;

/// Connections at once on which nobody has shown yet who they are: half, so that the other half is for those who have.
/// One more displaces the oldest of them.
pub(super) const STRANGERS_MAX: usize = CONNECTIONS_MAX / 2;

/// Requests being answered at once, as the Kubernetes API server allows for reads.
pub(super) const IN_FLIGHT_MAX: usize = 400;

/// From the first byte of a connection to the end of its TLS handshake.
pub(super) const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// From the first byte of an HTTP/1.1 request to the end of its headers.
pub(super) const HEADER_READ_MAX: Duration = Duration::from_secs(32);

/// A connection that carries no request for this long is closed.
pub(super) const IDLE_MAX: Duration = Duration::from_secs(90);

/// From the TLS handshake to the first request that shows who asks. Health probes show nothing and need no longer.
pub(super) const STRANGER_MAX: Duration = Duration::from_secs(5);

/// One request as a whole. Answers come from memory; only the reviews by the Kubernetes API server take time.
pub(super) const REQUEST_MAX: Duration = Duration::from_secs(10);

/// How long connections may take to end once they are asked to: their requests end within [`REQUEST_MAX`].
pub(super) const DRAIN_MAX: Duration = Duration::from_secs(20);

/// The same for a stranger's connection without a request, on which half a request may wait for its other half.
pub(super) const STRANGER_DRAIN_MAX: Duration = Duration::from_secs(1);

/// The bytes of all headers of one request.
pub(super) const HEADERS_MAX: u32 = 64 << 10;

/// Requests at once on one HTTP/2 connection; the aggregator puts all of its own on one.
pub(super) const STREAMS_MAX: u32 = 100;

/// An HTTP/2 peer that is silent for this long is asked whether it is still there, and given the time below to say so.
pub(super) const PING_INTERVAL: Duration = Duration::from_secs(30);

/// See [`PING_INTERVAL`].
pub(super) const PING_TIMEOUT: Duration = Duration::from_secs(15);

/// Reviews remembered of either kind.
pub(super) const REVIEWS_MAX: u64 = 8192;
