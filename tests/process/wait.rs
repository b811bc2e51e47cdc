//! Waiting for a condition, never for a time.

use std::time::{Duration, Instant};

/// How often a condition is looked at.
const GLANCE: Duration = Duration::from_millis(100);

/// Waits until `look` gives a value, and returns it.
///
/// # Panics
/// When `limit` has passed; the message says what was waited for and what `look` saw last.
#[track_caller]
pub(crate) fn until<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + limit;
    loop {
        match look() {
            Ok(value) => return value,
            Err(seen) if Instant::now() >= deadline => panic!("waited {limit:?} for {what}, and last saw: {seen}"),
            Err(_) => std::thread::sleep(GLANCE),
        }
    }
}
