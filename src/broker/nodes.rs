//! The nodes of a broker, and what is remembered of them from read to read.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use crate::clock::Moment;
use crate::observation::{SourceKind, UnreadNode};

/// The longest that a node may have been up and still be taken for one that has only just begun to answer, when reads
/// failed before it did. The longest start measured took 17 s, on a busy machine; the rest is margin.
const START_MAX: Duration = Duration::from_secs(60);

/// The nodes that were read lately.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    known: HashMap<Box<str>, Known>,
    /// Whether something could not be read since the last time that everything was.
    missed: bool,
}

/// What the nodes of one read say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    /// The digest of [`crate::observation::Observation::coverage`]. A node that restarted counts as another, because its
    /// counters began anew.
    pub(super) coverage: u64,
    /// The shortest time for which one of them has been answering; none when none of them tells.
    pub(super) uptime: Option<Duration>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    read_at: Moment,
    uptime: Option<Duration>,
    /// How many restarts were seen: its uptime was shorter than before.
    restarts: u32,
    /// When it was first read after its last start, if the start was noticed.
    answers_since: Option<Moment>,
}

impl Nodes {
    /// Notes that not everything could be read.
    pub(super) fn miss(&mut self) {
        self.missed = true;
    }

    /// Notes which nodes a read reached, each with its uptime as it tells it.
    ///
    /// A node counts its uptime from the start of its process. It answers many seconds later, and its numbers are right
    /// many seconds after that. So after a start that was noticed, its first answer is what counts.
    pub(super) fn hear(&mut self, source: SourceKind, read: &[(&str, Option<Duration>)], at: Moment) -> Heard {
        let (mut names, mut shortest) = (Vec::with_capacity(read.len()), None);
        for (name, uptime) in read {
            let known = self.note(name, *uptime, at);
            let since = known.answers_since.map(|since| at.since(since));
            let answering = uptime.map(|uptime| since.map_or(uptime, |since| since.min(uptime)));
            shortest = shortest.into_iter().chain(answering).min();
            names.push((*name, known.restarts));
        }
        self.missed = false;
        names.sort_unstable();
        names.dedup();
        let mut digest = DefaultHasher::new();
        (source, names).hash(&mut digest);
        Heard { coverage: digest.finish(), uptime: shortest }
    }

    fn note(&mut self, name: &str, uptime: Option<Duration>, at: Moment) -> Known {
        let before = self.known.get(name).copied();
        let uptime_before = before.and_then(|known| known.uptime);
        let restarted = uptime.zip(uptime_before).is_some_and(|(now, before)| now < before);
        let just_begun = before.is_none() && self.missed && uptime.is_some_and(|uptime| uptime < START_MAX);
        let known = Known {
            read_at: at,
            uptime: uptime.or(uptime_before),
            restarts: before.map_or(0, |known| known.restarts) + u32::from(restarted),
            answers_since: if restarted || just_begun {
                Some(at)
            } else {
                before.and_then(|known| known.answers_since)
            },
        };
        self.known.insert(name.into(), known);
        known
    }

    /// The nodes that were not read at `at` and were within `memory` before. Forgets those that were not read for longer.
    pub(super) fn lost(&mut self, at: Moment, memory: Duration) -> Vec<UnreadNode> {
        self.known.retain(|_, known| at.since(known.read_at) <= memory);
        let lost = self.known.iter().filter(|(_, known)| known.read_at != at).map(|(name, known)| UnreadNode {
            node: name.to_string(),
            why: format!("it answered {} s ago and has no address any more", at.since(known.read_at).as_secs()),
        });
        let mut lost: Vec<_> = lost.collect();
        lost.sort_unstable_by(|a, b| a.node.cmp(&b.node));
        lost
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
        let other_source = Nodes::default().hear(SourceKind::Management, &[("a", up), ("b", None)], at(0));
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
        nodes.miss();
        assert_eq!(hear(&mut nodes, &[("a", Some(seconds(17)))], 0).uptime, Some(seconds(0)));
        assert_eq!(hear(&mut nodes, &[("a", Some(seconds(22))), ("b", Some(seconds(7)))], 5).uptime, Some(seconds(5)));
        nodes.miss();
        assert_eq!(hear(&mut nodes, &[("c", Some(seconds(600)))], 10).uptime, Some(seconds(600)));
    }

    #[test]
    fn a_node_without_an_address_is_missed_until_it_is_forgotten() {
        let (mut nodes, memory) = (Nodes::default(), seconds(30));
        hear(&mut nodes, &[("a", None), ("b", None)], 0);
        hear(&mut nodes, &[("a", None)], 30);
        let lost = nodes.lost(at(30), memory);
        assert_eq!(lost.len(), 1);
        assert!(lost[0].node == "b" && lost[0].why.contains("30 s ago"), "{lost:?}");
        hear(&mut nodes, &[("a", None)], 31);
        assert_eq!(nodes.lost(at(31), memory), []);
    }
}
