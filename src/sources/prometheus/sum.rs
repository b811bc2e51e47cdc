//! From the answers of all nodes to what the source saw: pure.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::families::{Capabilities, NodeRead, Tallies};
use super::members::Members;
use super::scrape::Scraped;
use super::totals::Totals;
use crate::sources::nodes::{NodeReport, Nodes};
use crate::sources::partial::Partial;
use leveret_core::Moment;
use leveret_core::observation::{
    Absences, Finding, Names, NodeId, QueueMap, QueueReading, Scope, SourceKind, Unattributed, UncountedClients,
    UnreadNode, Vhosts,
};

const SOURCE: SourceKind = SourceKind::Prometheus;

/// What is known about the members of a cluster beside the answers of those that were read.
#[derive(Debug)]
pub(in crate::sources) enum Membership {
    /// What each node that was read tells.
    Told(Vec<Members>),
    /// A node does not tell, for this reason.
    Unknown(String),
}

/// Puts the nodes together. A node that was read twice, through two URLs or addresses, counts once. A node that was read
/// before and cannot be reached any more, because its address is gone or leads to another node, is unread: its queues are
/// unknown, not gone. So is a member of the cluster to which no address leads.
pub(in crate::sources) fn sum(scraped: &mut Scraped, names: &Arc<Names>, nodes: &mut Nodes, at: Moment) -> Partial {
    let Scraped { reads, unread, membership } = scraped;
    let (mut unread, mut seen) = (std::mem::take(unread), HashSet::new());
    let reads = reads.iter_mut().map(|(_, read)| read);
    let mut once: Vec<&mut NodeRead> = reads.filter(|read| seen.insert(read.node.clone())).collect();
    let reports: Vec<_> =
        once.iter().map(|read| NodeReport { name: &read.node, uptime: read.uptime, scrapes: read.scrapes }).collect();
    let node_set = nodes.note(SOURCE, &reports, at);
    let missing = missing_members(&once, membership);
    if is_whole(membership) && missing.is_empty() {
        nodes.forget_lost(SOURCE, at);
    }
    // A node that fails now is unread already. It would be reported twice if it was reported as lost, too.
    if unread.is_empty() {
        unread = nodes.lost(SOURCE, at);
    }
    let is_new = |member: &UnreadNode| unread.iter().all(|other| other.node != member.node);
    let missing: Vec<_> = missing.into_iter().filter(is_new).collect();
    unread.extend(missing);
    let absences = absences(&once, &unread, membership);
    let capabilities = once.iter().fold(Capabilities::default(), |all, read| all.or(read.capabilities));
    let skipped = once.iter().fold(0_u32, |all, read| all.saturating_add(read.skipped));
    // A node keeps counters of queues that are gone for a while.
    let any_counter = once.iter().any(|read| read.tallies.iter().any(Tallies::has_counters));
    let unattributed = match membership {
        Membership::Told(all) if unread.is_empty() && all.len() == once.len() => {
            unattributed(all, capabilities, any_counter)
        }
        _ => None,
    };
    let queues = put_together(&mut once, names, capabilities);
    let finding = queues.is_empty().then_some(Finding::NoQueueRows);
    Partial {
        queues,
        scope: Scope::Everything,
        nodes: node_set,
        unread,
        unread_vhosts: Vec::new(),
        absences,
        unattributed,
        finding,
        skipped,
    }
}

/// What the nodes have counted for no queue; none if one of them does not tell.
fn unattributed(all: &[Members], capabilities: Capabilities, any_counter: bool) -> Option<Unattributed> {
    let mut totals = Totals::default();
    for members in all {
        totals += members.totals?;
    }
    Some(totals.unattributed(match any_counter {
        _ if !capabilities.publishes => UncountedClients::OtherProtocolsAtLeast,
        true => UncountedClients::OtherProtocols,
        false => UncountedClients::All,
    }))
}

/// Whether the nodes have told of every member, those included that they cannot reach.
fn is_whole(membership: &Membership) -> bool {
    matches!(membership, Membership::Told(all) if all.iter().all(|one| one.unreachable == Some(0)))
}

/// The members that the nodes are connected to and that were not read.
fn missing_members(reads: &[&mut NodeRead], membership: &Membership) -> Vec<UnreadNode> {
    let Membership::Told(all) = membership else { return Vec::new() };
    let read = |name: &str| reads.iter().any(|read| *read.node == *name);
    let names: BTreeSet<_> = all.iter().flat_map(|one| &one.connected).filter(|name| !read(name)).collect();
    let unread = names.into_iter().map(|name| UnreadNode {
        node: name.to_string(),
        why: "it is a member of the cluster, and no configured address leads to it; give the address of every node in \
              `prometheus.urls`, or of a headless Service in `prometheus.dns`, or configure `management` too; the address of a \
              Service in front of several nodes leads to only one of them at a time"
            .to_owned(),
    });
    unread.collect()
}

/// What it proves that none of the nodes has a queue.
fn absences(reads: &[&mut NodeRead], unread: &[UnreadNode], membership: &Membership) -> Absences {
    if let Membership::Unknown(why) = membership {
        return Absences::Unproven(format!("it is not known which nodes the cluster has, because {why}"));
    }
    let clusters: BTreeSet<_> = reads.iter().filter_map(|read| read.cluster.as_deref()).collect();
    if clusters.len() > 1 {
        return Absences::Unproven(
            "its addresses lead to nodes of several clusters; configure a broker for each cluster".to_owned(),
        );
    }
    if let Some(unread) = unread.first() {
        return Absences::Unproven(format!("node {} is not read: {}", unread.node, unread.why));
    }
    if !is_whole(membership) && has_unreachable(membership) {
        return Absences::Unproven(
            "the nodes that answer cannot reach another member of the cluster; start it, or remove it from the cluster with \
             `rabbitmqctl forget_cluster_node`"
                .to_owned(),
        );
    }
    let stopped: BTreeSet<_> = reads.iter().flat_map(|read| &read.stopped_vhosts).collect();
    if let Some(vhost) = stopped.first() {
        return Absences::Unproven(format!(
            "virtual host `{vhost}` is stopped on a node; run `rabbitmqctl restart_vhost -p {vhost}`"
        ));
    }
    Absences::Proven { by: SOURCE, vhosts: Vhosts::All }
}

fn has_unreachable(membership: &Membership) -> bool {
    matches!(membership, Membership::Told(all) if all.iter().any(|one| one.unreachable.is_some_and(|count| count > 0)))
}

/// The queues of all nodes, with the numbers that they have in a table of names.
fn put_together(reads: &mut [&mut NodeRead], names: &Arc<Names>, capabilities: Capabilities) -> QueueMap<QueueReading> {
    let (mut names, mut all) = (Arc::clone(names), Vec::new());
    for read in reads {
        let node = NodeId::of(&read.node);
        for (number, tallies) in read.rows.numbers(&mut names, read.unescaped).iter().zip(&read.tallies) {
            if number.place() >= all.len() {
                all.resize(number.place() + 1, Tallies::default());
            }
            all[number.place()] = all[number.place()].with_node(tallies, node);
        }
    }
    let mut queues = QueueMap::with_names(Arc::clone(&names));
    for (number, tallies) in names.numbers().zip(&all).filter(|(_, tallies)| tallies.is_alive()) {
        queues.set(number, tallies.reading(capabilities));
    }
    queues
}
