//! Progress on stderr.

use std::time::Instant;

use anyhow::{Context, Result};

/// Does `work`, saying before it what is done and how long it `usually` takes, and after it how long it took.
pub(crate) fn step<T>(what: &str, usually: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("{what} ({usually}) …");
    let start = Instant::now();
    let done = work().with_context(|| format!("{what}: failed"))?;
    eprintln!("{what}: done in {:.1} s", start.elapsed().as_secs_f64());
    Ok(done)
}
