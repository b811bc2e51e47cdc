//! Leveret keeps RabbitMQ queues level: it reads every queue's backlog and serves it, through the Kubernetes external
//! metrics API, to plain HorizontalPodAutoscalers.
//!
//! # The way data flows
//!
//! ```text
//!            every poll interval                                  every question of an HPA
//!  ┌────────┐  bytes   ┌────────┐ observation ┌──────────┐ signal ┌─────────┐  answer  ┌─────┐
//!  │RabbitMQ│ ───────► │ broker │ ──────────► │ snapshot │ ─────► │ catalog │ ───────► │ api │
//!  └────────┘          └────────┘             └──────────┘        └─────────┘          └─────┘
//!                       poll drives            pure: values and times in, values out
//! ```
//!
//! Input and output live at the two ends. [`leveret_core::observation`], [`leveret_core::snapshot`], [`leveret_core::catalog`] and [`leveret_core::hpa`] are plain functions
//! over plain values with time passed in, so that every command shares them and tests need neither a cluster nor a sleep.
//!
//! # Code map
//!
//! * [`cli`], [`commands`]: the commands, their flags, and what they do.
//! * [`config`]: what the user wrote, checked and typed; the only reader of files and of the environment.
//! * [`broker`]: one read of one broker: bytes in, [`leveret_core::observation::Observation`] out.
//! * [`poll`]: one loop per broker that reads, advances the snapshot and publishes it.
//! * [`leveret_core::snapshot`]: the last trusted observations of every queue, and when they are trusted.
//! * [`leveret_core::catalog`]: the table of signals; selector → queues → number, or the reason why there is none.
//! * [`api`]: the aggregated API server: TLS, delegated authentication and authorization, discovery, values.
//! * [`k8s`]: the client side of Kubernetes: reviews and the live authentication ConfigMap.
//! * [`leveret_core::hpa`]: the HorizontalPodAutoscaler's algorithm, pure.
//! * [`telemetry`]: what Leveret measures about itself, its probes and its logs.
//! * [`demo`]: the main job on one machine, without Kubernetes.
//! * [`clock`], [`tasks`], [`shutdown`]: the one place each that reads time, spawns, and ends the process.
#![allow(
    unreachable_pub,
    reason = "the modules are private so that unused code shows; `pub` marks what one offers the others"
)]

mod api;
mod broker;
mod cli;
mod commands;
mod config;
mod k8s;
mod poll;
mod telemetry;

pub use broker::parse;
pub use commands::main;
