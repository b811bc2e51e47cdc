//! Many tasks at one moment.

use std::str::FromStr;
use std::time::Duration;

use leveret_runtime::duration::parse_duration;

/// `COUNT@OFFSET`: so many tasks at once, that long after the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// How many tasks.
    pub count: u64,
    /// When, since the start of the producer.
    pub offset: Duration,
}

impl Burst {
    /// The most tasks of one burst; more is a mistake in a flag or a request.
    pub const COUNT_MAX: u64 = 100_000;

    /// Checks a count.
    ///
    /// # Errors
    /// A message that names the limits.
    pub fn check_count(count: u64) -> Result<u64, String> {
        if (1..=Self::COUNT_MAX).contains(&count) {
            Ok(count)
        } else {
            Err(format!("a burst has 1 to {} tasks, not {count}", Self::COUNT_MAX))
        }
    }
}

impl FromStr for Burst {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (count, offset) = text
            .split_once('@')
            .ok_or_else(|| format!("`{text}` is not a burst: write `COUNT@OFFSET`, such as `100@10s`"))?;
        let count = count.parse().map_err(|_| format!("`{count}` in `{text}` is not a number of tasks"))?;
        Ok(Self { count: Self::check_count(count)?, offset: parse_duration(offset)? })
    }
}
