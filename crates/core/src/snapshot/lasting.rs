//! Something that lasts, with the time when it began.

use crate::Moment;

/// What was seen by several reads in a row, and when the first of them began.
///
/// Messages show this time: an age would make each of them another text, and Kubernetes folds only equal events into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lasting<T> {
    /// When the first of the reads began.
    pub since: Moment,
    /// What the last of them saw.
    pub what: T,
}

impl<T> Lasting<T> {
    /// What the read that began at `at` saw: it began then, unless `before` was already the same.
    pub(super) fn after(before: Option<&Self>, what: T, at: Moment, same: impl Fn(&T, &T) -> bool) -> Self {
        let earlier = before.filter(|before| same(&before.what, &what));
        Self { since: earlier.map_or(at, |earlier| earlier.since), what }
    }
}
