//! From the answers of all nodes to one observation: pure.

use std::collections::HashSet;
use std::time::Duration;

use super::families::{NodeRead, Offers, Tallies};
use super::nodes::{Heard, Nodes};
use super::scrape::Scraped;
use leveret_core::Moment;
use leveret_core::observation::{Finding, Observation, QueueId, QueueMap, Scope, SourceKind};

/// Adds the nodes up. A node that was read twice, through two URLs or addresses, counts once. A node that
/// was read within `lost_memory` and is not reached any more, because its address is gone or leads to another, is unread:
/// its queues are unknown, not gone.
pub(super) fn observation(scraped: Scraped, nodes: &mut Nodes, lost_memory: Duration, at: Moment) -> Observation {
    let Scraped { reads, mut unread } = scraped;
    let mut seen = HashSet::new();
    let once: Vec<NodeRead> = reads.into_iter().filter(|read| seen.insert(read.node.clone())).collect();
    let up: Vec<_> = once.iter().map(|read| (&*read.node, read.uptime)).collect();
    let heard = nodes.hear(SourceKind::Prometheus, &up, at);
    // A node that fails now is unread by itself; that it is also lost would say the same twice.
    if unread.is_empty() {
        unread = nodes.lost(SourceKind::Prometheus, at, lost_memory);
    }
    let offers = once.iter().fold(Offers::default(), |all, read| all.or(read.offers));
    let skipped = once.iter().fold(0_u32, |all, read| all.saturating_add(read.skipped));
    let tallies = add_up(once);
    let alive = tallies.iter().filter(|(_, _, tallies)| tallies.is_alive());
    let queues: QueueMap<_> =
        alive.map(|(vhost, name, tallies)| (QueueId::new(vhost, name), tallies.reading(offers))).collect();
    let finding = queues.is_empty().then_some(Finding::NoQueueRows);
    let Heard { coverage, uptime } = heard;
    Observation { at, queues, scope: Scope::Everything, unread, coverage, uptime, finding, skipped }
}

fn add_up(reads: Vec<NodeRead>) -> QueueMap<Tallies> {
    let mut reads = reads.into_iter().map(|read| read.queues);
    let mut sums = reads.next().unwrap_or_default();
    for queues in reads {
        for (vhost, name, tallies) in queues.iter() {
            sums.entry(vhost, name, Tallies::default).merge(tallies);
        }
    }
    sums
}
