//! Progress on stderr.

use std::time::Instant;

use anyhow::{Context, Result};

/// Runs `work`. Before it, prints what it does and how long that `usually` takes; after it, how long it took.
pub(crate) fn step<T>(what: &str, usually: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("{what} ({usually}) …");
    let start = Instant::now();
    let done = work().with_context(|| format!("{what}: failed"))?;
    eprintln!("{what}: done in {:.1} s", start.elapsed().as_secs_f64());
    Ok(done)
}
