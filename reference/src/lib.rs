//! The event-driven reference system: a producer that puts tasks into one queue and a consumer that works them off,
//! written as such programs should be, so that scaling the consumer on its backlog has something real to scale.
//!
//! ```text
//! schedule → producer ──confirmed──▶ task_queue ──prefetch 1──▶ consumer → ledger (done once)
//!                                                                  └─malformed─▶ task_queue.dead
//! ```
//!
//! The middle is plain: [`task`] (bytes to task), [`schedule`] (time to number of tasks), [`ledger`] (done or not),
//! [`backoff`]. [`producer`] and [`consumer`] move messages over [`amqp`]; [`admin`] shows what they do.
#![allow(
    clippy::disallowed_methods,
    reason = "the bans guard the served program; these two read the clock, their credentials' files and environment, \
              and each has one loop and nothing to supervise"
)]

pub mod admin;
pub mod amqp;
pub mod backoff;
pub mod consumer;
pub mod duration;
pub mod ledger;
pub mod log;
pub mod producer;
pub mod program;
pub mod schedule;
pub mod shutdown;
pub mod task;
