//! Leveret keeps RabbitMQ queues level: it reads every queue's backlog and serves it, through the Kubernetes external
//! metrics API, to plain HorizontalPodAutoscalers.
//!
//! # The way data flows
//!
//! ```text
//!            every poll interval                                  every question of an HPA
//!  ┌────────┐  bytes   ┌─────────┐ observation ┌──────────┐ signal ┌─────────┐  answer  ┌─────┐
//!  │RabbitMQ│ ───────► │ sources │ ──────────► │ snapshot │ ─────► │ catalog │ ───────► │ api │
//!  └────────┘          └─────────┘             └──────────┘        └─────────┘          └─────┘
//!                       poll drives             leveret-core: values and times in, values out
//! ```
//!
//! Input and output live at the two ends. The middle is a crate of its own, [`leveret_core`]: plain functions over plain
//! values with the time passed in, so that every command shares it and its tests need neither a cluster nor a sleep.
//!
//! # Code map
//!
//! * [`cli`], [`commands`]: the commands, their flags, and what they do.
//! * [`config`]: what the user wrote, checked and typed; the only reader of files and of the environment.
//! * [`sources`]: one read of one broker, a folder per way of reading it: bytes in,
//!   [`leveret_core::observation::Observation`] out.
//! * [`poll`]: one loop per broker that reads, advances the snapshot and publishes it.
//! * [`api`]: the aggregated API server: TLS, delegated authentication and authorization, discovery, values.
//! * [`expiry`]: when a certificate expires, for the one that the API shows and those that brokers are shown.
//! * [`k8s`]: the client side of Kubernetes: reviews and the live authentication ConfigMap.
//! * [`telemetry`]: what Leveret measures about itself, its probes and its logs.
#![allow(rustdoc::private_intra_doc_links, reason = "this page is for people who change the program")]
#![allow(
    unreachable_pub,
    reason = "the modules are private so that unused code shows; `pub` marks what one offers the others"
)]

mod api;
mod cli;
mod commands;
mod config;
mod expiry;
mod k8s;
mod poll;
mod sources;
mod telemetry;

pub use commands::main;
pub use sources::parse;
