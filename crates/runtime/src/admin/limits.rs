//! How much of everything the admin port allows.

use std::time::Duration;

/// Open connections. The kubelet's probes take one each, a pair of Prometheus servers two, and a person a few: about ten.
/// Together with the API's 512 the number stays well below the 1,024 file descriptors that a process may usually open.
const CONNECTIONS_MAX: usize = 64;

/// From the start of a connection, or from the end of an answer, to the end of the next request's headers. It ends idle
/// connections and half-sent requests alike. Twice Prometheus's usual scrape interval of 15 s, whose connection is so kept.
const REQUEST_WAIT_MAX: Duration = Duration::from_secs(30);

/// The life of a connection. It ends those whose other end does not read its answer: the longest wait for a request and
/// ten times Prometheus's default scrape timeout of 10 s for the answer are 130 s, so a reader is never cut off.
const LIFETIME_MAX: Duration = Duration::from_secs(300);

/// From the wish to close a connection to its end: the scrape timeout of 10 s once more.
const CLOSE_MAX: Duration = Duration::from_secs(10);

/// Bytes of a request's line and headers. A probe has about 200, Prometheus about 400; hyper allows no less than this.
pub(super) const HEADERS_MAX: usize = 8 << 10;

/// The pause after the system refused a connection, which it does when file descriptors run out.
pub(super) const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The limits that tests make smaller.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) connections: usize,
    pub(super) request_wait: Duration,
    pub(super) lifetime: Duration,
    pub(super) close: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: CONNECTIONS_MAX, request_wait: REQUEST_WAIT_MAX, lifetime: LIFETIME_MAX, close: CLOSE_MAX }
    }
}
