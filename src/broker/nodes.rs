//! The nodes of a broker, and what is remembered of them from read to read.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use leveret_core::Moment;
use leveret_core::observation::{SourceKind, UnreadNode};

/// The longest that a node that is met for the first time may have been up and still be taken for one that has only just
/// begun to answer. The longest start measured took 17 s, on a busy machine; the rest is margin.
const START_MAX: Duration = Duration::from_secs(60);

/// By how much an uptime may be wrong when it arrives: the management API was seen to be 5 s behind, and the answer may be
/// some seconds younger than the read.
const UPTIME_ERROR: Duration = Duration::from_secs(6);

/// How long a node is remembered that is not read any more, so that names that come and go do not add up.
const FORGET_AFTER: Duration = Duration::from_secs(3600);

/// The nodes that were read lately, through each source by itself.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    known: HashMap<(SourceKind, Box<str>), Known>,
    /// The seed of the digests. No two memories have the same, because what two of them know may be of two brokers whose
    /// nodes have the same names.
    seed: RandomState,
}

/// What the nodes of one read say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    /// The digest of [`leveret_core::observation::Observation::coverage`]. A node that restarted counts as another, because its
    /// counters began anew.
    pub(super) coverage: u64,
    /// The shortest time for which one of them has been answering; none when none of them tells.
    pub(super) uptime: Option<Duration>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    read_at: Moment,
    told: Option<Told>,
    /// How many restarts were seen.
    restarts: u32,
    /// When it was first read after its last start, if the start was noticed.
    answers_since: Option<Moment>,
}

/// An uptime and when it was told.
#[derive(Clone, Copy, Debug)]
struct Told {
    uptime: Duration,
    at: Moment,
}

impl Nodes {
    /// Notes which nodes a read reached, each with its uptime as it tells it.
    ///
    /// A node counts its uptime from the start of its process. It answers many seconds later, and its numbers are right
    /// many seconds after that. So after a start that was noticed, its first answer is what counts.
    pub(super) fn hear(&mut self, source: SourceKind, read: &[(&str, Option<Duration>)], at: Moment) -> Heard {
        let (mut names, mut shortest) = (Vec::with_capacity(read.len()), None);
        for (name, uptime) in read {
            let known = self.note(source, name, *uptime, at);
            let since = known.answers_since.map(|since| at.since(since));
            let answering = uptime.map(|uptime| since.map_or(uptime, |since| since.min(uptime)));
            shortest = shortest.into_iter().chain(answering).min();
            names.push((*name, known.restarts));
        }
        self.known.retain(|_, known| at.since(known.read_at) <= FORGET_AFTER);
        names.sort_unstable();
        names.dedup();
        Heard { coverage: self.seed.hash_one((source, names)), uptime: shortest }
    }

    fn note(&mut self, source: SourceKind, name: &str, uptime: Option<Duration>, at: Moment) -> Known {
        let key = (source, name.into());
        let before = self.known.get(&key).copied();
        let told_before = before.and_then(|known| known.told);
        let told = uptime.map(|uptime| Told { uptime, at });
        let restarted = told.zip(told_before).is_some_and(|(now, before)| now.is_after_restart(before));
        let just_begun = before.is_none() && uptime.is_some_and(|uptime| uptime < START_MAX);
        let known = Known {
            read_at: at,
            told: told.or(told_before),
            restarts: before.map_or(0, |known| known.restarts) + u32::from(restarted),
            answers_since: if restarted || just_begun {
                Some(at)
            } else {
                before.and_then(|known| known.answers_since)
            },
        };
        self.known.insert(key, known);
        known
    }

    /// The nodes that `source` did not read at `at` and did within `memory` before.
    pub(super) fn lost(&self, source: SourceKind, at: Moment, memory: Duration) -> Vec<UnreadNode> {
        let missing = self
            .known
            .iter()
            .filter(|((by, _), known)| *by == source && known.read_at != at && at.since(known.read_at) <= memory);
        let lost = missing.map(|((_, name), known)| UnreadNode {
            node: name.to_string(),
            why: format!("it answered {} s ago and no address leads to it now", at.since(known.read_at).as_secs()),
        });
        let mut lost: Vec<_> = lost.collect();
        lost.sort_unstable_by(|a, b| a.node.cmp(&b.node));
        lost
    }
}

impl Told {
    /// Whether the node restarted after `before`: then it has not been up for longer than has passed since, and for less
    /// than if it had gone on. An uptime that is merely behind is of a node that has been up for longer.
    fn is_after_restart(self, before: Self) -> bool {
        let passed = self.at.since(before.at);
        self.uptime <= passed + UPTIME_ERROR && self.uptime + UPTIME_ERROR < before.uptime + passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::new(Duration::ZERO, jiff::Timestamp::UNIX_EPOCH).plus(Duration::from_secs(seconds))
    }

    fn seconds(uptime: u64) -> Duration {
        Duration::from_secs(uptime)
    }

    fn hear(nodes: &mut Nodes, read: &[(&str, Option<Duration>)], second: u64) -> Heard {
        nodes.hear(SourceKind::Prometheus, read, at(second))
    }

    #[test]
    fn coverage_is_of_nodes_whatever_their_order_and_number_of_addresses() {
        let mut nodes = Nodes::default();
        let up = Some(seconds(9));
        let both = hear(&mut nodes, &[("a", up), ("b", None)], 0).coverage;
        assert_eq!(both, hear(&mut nodes, &[("b", None), ("a", up), ("a", up)], 0).coverage);
        assert_ne!(both, hear(&mut nodes, &[("a", up)], 0).coverage);
        let other_source = nodes.hear(SourceKind::Management, &[("a", up), ("b", None)], at(0));
        assert_ne!(both, other_source.coverage);
    }

    #[test]
    fn a_node_that_restarted_is_another_and_answers_since_it_was_seen_again() {
        let mut nodes = Nodes::default();
        let before = hear(&mut nodes, &[("a", Some(seconds(90))), ("b", Some(seconds(80)))], 0);
        assert_eq!(before.uptime, Some(seconds(80)));
        let silent = hear(&mut nodes, &[("a", None), ("b", Some(seconds(85)))], 5);
        assert_eq!((silent.coverage, silent.uptime), (before.coverage, Some(seconds(85))));
        let after = hear(&mut nodes, &[("a", Some(seconds(16))), ("b", Some(seconds(110)))], 30);
        assert_eq!(after.uptime, Some(seconds(0)));
        assert_ne!(before.coverage, after.coverage);
        let later = hear(&mut nodes, &[("a", Some(seconds(21))), ("b", Some(seconds(115)))], 35);
        assert_eq!((later.coverage, later.uptime), (after.coverage, Some(seconds(5))));
    }

    #[test]
    fn a_node_that_is_met_while_it_starts_answers_since_then() {
        let mut nodes = Nodes::default();
        assert_eq!(hear(&mut nodes, &[("a", Some(seconds(17)))], 0).uptime, Some(seconds(0)));
        assert_eq!(hear(&mut nodes, &[("a", Some(seconds(22)))], 5).uptime, Some(seconds(5)));
        // A memory that begins while the node settles begins with it once more.
        let mut fresh = Nodes::default();
        assert_eq!(hear(&mut fresh, &[("a", Some(seconds(24)))], 7).uptime, Some(seconds(0)));
        assert_eq!(
            hear(&mut fresh, &[("a", Some(seconds(29))), ("b", Some(seconds(600)))], 12).uptime,
            Some(seconds(5))
        );
        assert_eq!(hear(&mut fresh, &[("b", Some(seconds(605)))], 17).uptime, Some(seconds(605)));
    }

    #[test]
    fn an_uptime_that_is_behind_is_no_restart() {
        let (mut nodes, up) = (Nodes::default(), |uptime| [("a", Some(seconds(uptime)))]);
        let first = hear(&mut nodes, &up(100), 0);
        // It jumps back by 3 s every other second.
        for second in 1..60 {
            let uptime = 100 + second - if second % 2 == 0 { 0 } else { 3 };
            let heard = hear(&mut nodes, &up(uptime), second);
            assert_eq!((heard.coverage, heard.uptime), (first.coverage, Some(seconds(uptime))));
            // The management API is behind by 5 s.
            let behind = nodes.hear(SourceKind::Management, &up(95 + second), at(second));
            assert_eq!(behind.uptime, Some(seconds(95 + second)));
        }
    }

    #[test]
    fn a_node_that_restarts_while_it_starts_is_another() {
        let mut nodes = Nodes::default();
        let first = hear(&mut nodes, &[("a", Some(seconds(8)))], 0);
        let again = hear(&mut nodes, &[("a", Some(seconds(9)))], 12);
        assert_ne!(first.coverage, again.coverage);
        assert_eq!(again.uptime, Some(seconds(0)));
    }

    #[test]
    fn nodes_of_the_same_name_that_two_memories_know_are_not_the_same() {
        let (mut one, mut other) = (Nodes::default(), Nodes::default());
        let read = [("rabbit@localhost", Some(seconds(600)))];
        assert_ne!(hear(&mut one, &read, 0).coverage, hear(&mut other, &read, 0).coverage);
    }

    #[test]
    fn a_node_that_is_not_read_any_more_is_forgotten_in_the_end() {
        let mut nodes = Nodes::default();
        hear(&mut nodes, &[("a", None), ("b", None)], 0);
        hear(&mut nodes, &[("b", None)], FORGET_AFTER.as_secs() + 1);
        assert_eq!(nodes.known.len(), 1);
    }

    #[test]
    fn a_node_without_an_address_is_missed_for_a_while() {
        let (mut nodes, memory) = (Nodes::default(), seconds(30));
        // What another source reads is not missed by this one.
        nodes.hear(SourceKind::Management, &[("c", None)], at(0));
        hear(&mut nodes, &[("a", None), ("b", None)], 0);
        hear(&mut nodes, &[("a", None)], 30);
        let lost = nodes.lost(SourceKind::Prometheus, at(30), memory);
        assert_eq!(lost.len(), 1);
        assert!(lost[0].node == "b" && lost[0].why.contains("30 s ago"), "{lost:?}");
        hear(&mut nodes, &[("a", None)], 31);
        assert_eq!(nodes.lost(SourceKind::Prometheus, at(31), memory), []);
    }
}
