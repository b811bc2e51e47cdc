//! Tests of the whole, over real parts. `tests/README.md` says which, and `make test` sets them up.
#![allow(
    clippy::disallowed_methods,
    reason = "the bans keep the program's seams; tests start processes, read their files and wait by the clock"
)]
#![allow(clippy::float_cmp, reason = "the numbers that are compared are counts, which are exact")]

mod support;

mod absence;
mod cluster;
mod consumers;
mod control_plane;
mod dashboards;
mod demo;
mod events;
mod manifests;
mod outage;
mod questions;
mod rates;
mod reload;
mod scaling;
mod sources;
mod startup;
mod zero;
