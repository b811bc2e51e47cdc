//! What every program of Leveret runs on, whatever it does.
//!
//! * [`clock`]: the only reader of time. [`tasks`]: the only spawner. [`shutdown`], [`signals`]: how the process ends,
//!   and which signals it outlives.
//! * [`admin`], [`readiness`]: the port for the kubelet and for Prometheus. [`log`]: what is logged, and how.
//! * [`secret`], [`file`](mod@file): texts that cannot be printed, and files with a bound on their size.
//! * [`backoff`], [`duration`], [`quoted`]: small values and their text forms.

pub mod admin;
pub mod backoff;
pub mod clock;
pub mod duration;
pub mod file;
pub mod log;
pub mod quoted;
pub mod readiness;
pub mod secret;
pub mod shutdown;
pub mod signals;
pub mod tasks;

pub use clock::Clock;
