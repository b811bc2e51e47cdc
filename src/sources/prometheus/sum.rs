//! From the answers of all nodes to what the source saw: pure.

use std::collections::HashSet;
use std::time::Duration;

use super::families::{Capabilities, NodeRead, Tallies};
use super::scrape::Scraped;
use crate::sources::nodes::Nodes;
use crate::sources::partial::Partial;
use leveret_core::Moment;
use leveret_core::observation::{Finding, QueueId, QueueMap, Scope, SourceKind};

/// Adds up the nodes. A node that was read twice, through two URLs or addresses, counts once. A node that was read less than
/// `lost_memory` ago and cannot be reached any more, because its address is gone or leads to another node, is unread: its
/// queues are unknown, not gone.
pub(in crate::sources) fn sum(scraped: Scraped, nodes: &mut Nodes, lost_memory: Duration, at: Moment) -> Partial {
    let Scraped { reads, mut unread } = scraped;
    let mut seen = HashSet::new();
    let once: Vec<NodeRead> = reads.into_iter().filter(|read| seen.insert(read.node.clone())).collect();
    let uptimes: Vec<_> = once.iter().map(|read| (&*read.node, read.uptime)).collect();
    let node_set = nodes.note(SourceKind::Prometheus, &uptimes, at);
    // A node that fails now is unread already. It would be reported twice if it was reported as lost, too.
    if unread.is_empty() {
        unread = nodes.lost(SourceKind::Prometheus, at, lost_memory);
    }
    let capabilities = once.iter().fold(Capabilities::default(), |all, read| all.or(read.capabilities));
    let skipped = once.iter().fold(0_u32, |all, read| all.saturating_add(read.skipped));
    let tallies = add_up(once);
    let alive = tallies.iter().filter(|(_, _, tallies)| tallies.is_alive());
    let queues: QueueMap<_> =
        alive.map(|(vhost, name, tallies)| (QueueId::new(vhost, name), tallies.reading(capabilities))).collect();
    let finding = queues.is_empty().then_some(Finding::NoQueueRows);
    Partial { queues, scope: Scope::Everything, nodes: node_set, unread, finding, skipped }
}

fn add_up(reads: Vec<NodeRead>) -> QueueMap<Tallies> {
    let mut reads = reads.into_iter().map(|read| read.queues);
    let mut sums = reads.next().unwrap_or_default();
    for queues in reads {
        for (vhost, name, tallies) in queues.iter() {
            sums.entry(vhost, name, Tallies::default).add_all(tallies);
        }
    }
    sums
}
