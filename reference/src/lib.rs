//! The event-driven reference system: a producer that puts tasks into a queue and a consumer that processes them, written
//! as such programs should be, so that there is something real to scale on its backlog.
//!
//! ```text
//! schedule → producer ──confirmed──▶ task_queue ──prefetch 1──▶ consumer → ledger (done once)
//!                                                                  └─malformed─▶ task_queue.dead
//! ```
//!
//! The middle is plain: [`task`] (bytes to task), [`schedule`] (time to number of tasks), [`ledger`] (done or not).
//! [`producer`] and [`consumer`] move messages over [`amqp`]. What [`program`] wraps around them, such as the log, the
//! admin port and the signals, comes from `leveret-runtime`.

pub mod amqp;
pub mod consumer;
pub mod ledger;
pub mod producer;
pub mod program;
pub mod schedule;
pub mod task;

use std::time::Duration;

use leveret_runtime::backoff::Backoff;

/// The delays between attempts to connect: from a fifth of a second, up to 10 s, since a restarting broker is back in
/// about 5 s.
fn reconnect_backoff() -> Backoff {
    Backoff::new(Duration::from_millis(200), Duration::from_secs(10))
}
