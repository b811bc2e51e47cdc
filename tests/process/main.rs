//! Tests of the program as a process: its signals, its log and its environment. They need no other parts.
#![allow(
    clippy::disallowed_methods,
    reason = "the bans keep the program's seams; tests start processes, read their files and wait by the clock"
)]

mod log;
mod program;
mod proxy;
mod questions;
mod signals;
mod startup;
mod wait;
