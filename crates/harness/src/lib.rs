//! What the demo and the tests start real parts with, and talk to them with.
//!
//! * [`PrivateBroker`]: a RabbitMQ with free loopback ports, its own folder, its own `epmd`, random credentials, and nothing
//!   left behind.
//! * [`Process`]: a program, set up as a [`GuardedCommand`], that ends with the process that started it, however that ends.
//! * [`Authority`]: certificates. [`Client`]: requests over HTTP or HTTPS to one port of this machine.
//!
//! ```no_run
//! use leveret_harness::{Options, PrivateBroker};
//!
//! # fn main() -> anyhow::Result<()> {
//! let mut broker = PrivateBroker::start(Options::default())?;
//! broker.management().put("/api/queues/%2F/task_queue", &serde_json::json!({"durable": true}))?;
//! println!("amqp {} as {}", broker.amqp_url(), broker.username());
//! broker.kill(); // a crash; folder and ports stay
//! broker.restart()?; // the same broker again
//! broker.stop(); // in order; dropping it would do too
//! # Ok(())
//! # }
//! ```
//!
//! Everything blocks: call it from `spawn_blocking` in asynchronous code. Linux only, with `setsid` (util-linux) and
//! either an installed RabbitMQ or a folder that holds one ([`Options::root`], which needs root for `chroot`).
#![allow(
    clippy::disallowed_methods,
    reason = "the bans guard the served program; this crate starts processes, waits for them by the clock and reads \
              the files of its own folder"
)]

mod authority;
mod broker;
mod client;
mod control;
mod credentials;
mod guard;
mod http;
mod installation;
mod layout;
mod management;
mod options;
mod ports;
mod process;
mod server;

pub use authority::{Authority, Certificate, Pair};
pub use broker::PrivateBroker;
pub use client::{Answer, Client};
pub use guard::GuardedCommand;
pub use installation::Installation;
pub use management::{Management, Response};
pub use options::{Member, Options};
pub use process::Process;
