//! The questions that had no number for an answer, counted by the reason that Leveret gave.

use std::collections::BTreeMap;

/// The reasons, and how often each was given. There are as many as Leveret has sentences, however long a demo lasts.
#[derive(Clone, Debug, Default)]
pub(super) struct Gaps(BTreeMap<String, Gap>);

/// One reason for having no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    /// How often it was the reason.
    pub(crate) times: u32,
    /// The reason as it was given the last time.
    pub(crate) why: String,
}

impl Gaps {
    /// Notes that a question was answered with this message.
    pub(super) fn note(&mut self, message: &str) {
        // What comes before is the queue and the broker, of which the demo has one each.
        let why = message.rsplit(": ").next().unwrap_or(message);
        // Reasons that differ only in a time or a count are one.
        let kind = why.replace(|c: char| c.is_ascii_digit(), "");
        let gap = self.0.entry(kind).or_insert(Gap { times: 0, why: String::new() });
        gap.times += 1;
        why.clone_into(&mut gap.why);
    }

    /// The reasons, the most frequent first.
    pub(super) fn by_frequency(&self) -> Vec<Gap> {
        let mut gaps: Vec<_> = self.0.values().cloned().collect();
        gaps.sort_by_key(|gap| std::cmp::Reverse(gap.times));
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_that_differ_in_a_number_are_one_and_the_last_one_speaks() {
        let mut gaps = Gaps::default();
        gaps.note("queue `q` of broker `demo` has no `a`: its counter has been read only once");
        gaps.note("queue `q` of broker `demo`: not used since 14:03:20Z: its list fell from 9 to 1 queues");
        gaps.note("queue `q` of broker `demo`: not used since 14:03:50Z: its list fell from 10 to 1 queues");
        let gap = |times, why: &str| Gap { times, why: why.into() };
        let expected = [gap(2, "its list fell from 10 to 1 queues"), gap(1, "its counter has been read only once")];
        assert_eq!(gaps.by_frequency(), expected);
    }
}
