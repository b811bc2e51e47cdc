//! Something that is wrong, and what was logged about it.

use std::time::Duration;

use leveret_core::Moment;
use leveret_core::catalog::Condition;

use super::line::Line;

/// How long what is still wrong stays unmentioned: short enough to be in any excerpt of a log that a person reads.
const REPEAT_AFTER: Duration = Duration::from_secs(300);

/// How many causes of one trouble are logged before that. Causes that take turns would otherwise be a line at every poll.
const CAUSES_MAX: usize = 8;

/// Something that is wrong with a broker.
#[derive(Debug)]
pub(super) struct Trouble {
    /// It, as the last read has shown it.
    pub(super) condition: Condition,
    /// When it was last logged.
    logged: Moment,
    /// The causes that were logged since the start or since it was last logged that it is still wrong.
    causes: Vec<String>,
}

impl Trouble {
    /// What has just been logged, with its cause.
    pub(super) fn new(condition: Condition, cause: String, at: Moment) -> Self {
        Self { condition, logged: at, causes: vec![cause] }
    }

    /// What to log about a later read that has shown it too: another cause, or after a while that it is still wrong.
    pub(super) fn goes_on(&mut self, condition: Condition, cause: String, at: Moment) -> Option<Line> {
        self.condition = condition;
        let line = if at.since(self.logged) >= REPEAT_AFTER {
            self.causes = vec![cause];
            Line::still(&self.condition)
        } else if self.causes.len() < CAUSES_MAX && !self.causes.contains(&cause) {
            self.causes.push(cause);
            Line::wrong(&self.condition)
        } else {
            return None;
        };
        self.logged = at;
        Some(line)
    }
}
