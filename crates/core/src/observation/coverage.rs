//! Which counters may be compared: a digest of the nodes that were read.

use std::time::Duration;

use crate::Moment;

use super::SourceKind;
use super::digest::Fnv1a;

/// How exactly a start time is known, in seconds. An uptime may lag by several seconds, so two programs that read the same
/// node derive start times that differ by that much; rounded to a minute, nine out of ten still agree.
const START_UNIT_SECONDS: i64 = 60;

/// A digest of the source that was read, the nodes behind it, and when each of them started.
///
/// Each node counts the deliveries of its own channels, from zero at its start, and each source counts in its own way. So
/// the cumulative counters of two observations may be subtracted only if their coverage is equal.
///
/// The digest depends on nothing but its arguments: it is the same in another process, in another version of the program,
/// and when a recording is replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Coverage(u64);

/// When a node started, rounded so that a lagging uptime rarely changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeStart(i64);

impl Coverage {
    /// The coverage of `nodes`, by name, as `source` read them at `origin`: the addresses that are configured for the
    /// broker, so that another cluster with equal node names has another coverage. The order and repetitions of the nodes
    /// do not matter.
    pub fn of<'a>(
        source: SourceKind,
        origin: &str,
        nodes: impl IntoIterator<Item = (&'a str, Option<NodeStart>)>,
    ) -> Self {
        let mut nodes: Vec<_> = nodes.into_iter().collect();
        nodes.sort_unstable();
        nodes.dedup();
        let mut digest = Fnv1a::new();
        digest.text(source.as_str());
        digest.text(origin);
        for (name, start) in nodes {
            digest.text(name);
            match start {
                Some(NodeStart(minute)) => {
                    digest.bytes(b"+");
                    digest.bytes(&minute.to_le_bytes());
                }
                None => digest.bytes(b"-"),
            }
        }
        Self(digest.0)
    }

    /// A coverage from its number, to restore a recorded one.
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The number, to record it.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl NodeStart {
    /// The start of a node that had been up for `uptime` at `at`.
    pub fn derive(at: Moment, uptime: Duration) -> Self {
        let uptime = i64::try_from(uptime.as_secs()).unwrap_or(i64::MAX);
        let started = at.wall().as_second().saturating_sub(uptime);
        Self(started.div_euclid(START_UNIT_SECONDS))
    }

    /// This start, which follows a restart of the node that started at `before`: it always differs from that, even if both
    /// starts round to the same time.
    #[must_use]
    pub fn after(self, before: Self) -> Self {
        Self(self.0.max(before.0.saturating_add(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at;

    const A: Option<NodeStart> = Some(NodeStart(7));

    fn prometheus(nodes: &[(&str, Option<NodeStart>)]) -> Coverage {
        Coverage::of(SourceKind::Prometheus, "http://rabbit:15692", nodes.iter().copied())
    }

    #[test]
    fn coverage_is_a_fixed_function_of_its_arguments() {
        // A recording made by an earlier version holds these numbers.
        assert_eq!(prometheus(&[("a", A), ("b", None)]).number(), 0x5dc4_a879_ff15_f130);
        assert_eq!(Coverage::from_number(5).number(), 5);
    }

    #[test]
    fn coverage_differs_by_source_origin_nodes_and_starts() {
        let nodes = [("a", A), ("b", None)];
        let all = [
            prometheus(&nodes),
            Coverage::of(SourceKind::Management, "http://rabbit:15692", nodes),
            Coverage::of(SourceKind::Prometheus, "http://other:15692", nodes),
            prometheus(&[("a", A)]),
            prometheus(&[("a", Some(NodeStart(8))), ("b", None)]),
            prometheus(&[("a", None), ("b", A)]),
            prometheus(&[("ab", None)]),
        ];
        for (n, one) in all.iter().enumerate() {
            assert!(!all[..n].contains(one), "{n}");
        }
        assert_eq!(all[0], prometheus(&[("b", None), ("a", A), ("a", A)]));
    }

    #[test]
    fn a_start_is_the_same_whenever_the_uptime_is_read() {
        let start = NodeStart::derive(at(1000), Duration::from_secs(90));
        for (seconds, uptime) in [(1005, 95), (1005, 92), (1600, 690), (1600, 685)] {
            assert_eq!(NodeStart::derive(at(seconds), Duration::from_secs(uptime)), start);
        }
        let later = NodeStart::derive(at(1012), Duration::from_secs(9));
        assert_ne!(later.after(start), start);
        assert_eq!(NodeStart::derive(at(1000), Duration::from_secs(89)).after(start), NodeStart(start.0 + 1));
    }

    #[test]
    fn a_start_before_1970_is_a_start() {
        assert_eq!(NodeStart::derive(at(10), Duration::from_secs(20)), NodeStart(-1));
        assert!(NodeStart::derive(at(10), Duration::MAX) < NodeStart(-1));
    }
}
