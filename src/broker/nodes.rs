//! The nodes of a broker, and what is remembered of them from read to read.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use crate::clock::Moment;
use crate::observation::{SourceKind, UnreadNode};

/// The nodes that were read lately.
#[derive(Debug, Default)]
pub(super) struct Nodes(HashMap<Box<str>, Known>);

#[derive(Clone, Copy, Debug)]
struct Known {
    read_at: Moment,
    uptime: Option<Duration>,
    /// How many restarts were seen: its uptime was shorter than before.
    restarts: u32,
}

impl Nodes {
    /// Notes which nodes a read reached, each with its uptime, and gives the digest of them for
    /// [`crate::observation::Observation::coverage`]. A node that restarted since counts as another, because its
    /// counters began anew.
    pub(super) fn coverage(&mut self, source: SourceKind, read: &[(&str, Option<Duration>)], at: Moment) -> u64 {
        let mut names: Vec<_> = read.iter().map(|(name, uptime)| (*name, self.note(name, *uptime, at))).collect();
        names.sort_unstable();
        names.dedup();
        let mut digest = DefaultHasher::new();
        (source, names).hash(&mut digest);
        digest.finish()
    }

    fn note(&mut self, name: &str, uptime: Option<Duration>, at: Moment) -> u32 {
        let before = self.0.get(name).copied();
        let restarts = before.map_or(0, |known| known.restarts);
        let restarted = uptime.zip(before.and_then(|known| known.uptime)).is_some_and(|(now, before)| now < before);
        let uptime = uptime.or(before.and_then(|known| known.uptime));
        let known = Known { read_at: at, uptime, restarts: restarts + u32::from(restarted) };
        self.0.insert(name.into(), known);
        known.restarts
    }

    /// The nodes that were not read at `at` and were within `memory` before. Forgets those that were not read for longer.
    pub(super) fn lost(&mut self, at: Moment, memory: Duration) -> Vec<UnreadNode> {
        self.0.retain(|_, known| at.since(known.read_at) <= memory);
        let lost = self.0.iter().filter(|(_, known)| known.read_at != at).map(|(name, known)| UnreadNode {
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

    #[test]
    fn coverage_is_of_nodes_whatever_their_order_and_number_of_addresses() {
        let mut nodes = Nodes::default();
        let mut of = |read: &[(&str, Option<Duration>)]| nodes.coverage(SourceKind::Prometheus, read, at(0));
        let both = of(&[("a", Some(Duration::from_secs(9))), ("b", None)]);
        assert_eq!(both, of(&[("b", None), ("a", Some(Duration::from_secs(9))), ("a", Some(Duration::from_secs(9)))]));
        assert_ne!(both, of(&[("a", Some(Duration::from_secs(9)))]));
        assert_ne!(
            both,
            Nodes::default().coverage(
                SourceKind::Management,
                &[("a", Some(Duration::from_secs(9))), ("b", None)],
                at(0)
            )
        );
    }

    #[test]
    fn a_node_that_restarted_is_another() {
        let mut nodes = Nodes::default();
        let before = nodes.coverage(SourceKind::Prometheus, &[("a", Some(Duration::from_secs(90)))], at(0));
        assert_eq!(before, nodes.coverage(SourceKind::Prometheus, &[("a", None)], at(5)));
        let after = nodes.coverage(SourceKind::Prometheus, &[("a", Some(Duration::from_secs(3)))], at(10));
        assert_ne!(before, after);
        assert_eq!(after, nodes.coverage(SourceKind::Prometheus, &[("a", Some(Duration::from_secs(8)))], at(15)));
    }

    #[test]
    fn a_node_without_an_address_is_missed_until_it_is_forgotten() {
        let (mut nodes, memory) = (Nodes::default(), Duration::from_secs(30));
        nodes.coverage(SourceKind::Prometheus, &[("a", None), ("b", None)], at(0));
        nodes.coverage(SourceKind::Prometheus, &[("a", None)], at(30));
        let lost = nodes.lost(at(30), memory);
        assert_eq!(lost.len(), 1);
        assert!(lost[0].node == "b" && lost[0].why.contains("30 s ago"), "{lost:?}");
        nodes.coverage(SourceKind::Prometheus, &[("a", None)], at(31));
        assert_eq!(nodes.lost(at(31), memory), []);
    }
}
