//! Faults of real brokers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use super::broker::RealBroker;
use super::disturbance::Disturbance;
use super::lock;
use super::plan::CHANGING;
use super::schedule::RealEpisode;
use crate::fault::Fault;

/// From one look at the clock to the next.
const GLANCE: Duration = Duration::from_millis(100);

/// How long a node that was silent may take to notice that the others went on without it, and to stop until it may go on too.
const NOTICES_IN: Duration = Duration::from_secs(12);

/// Makes the faults of one broker happen, and ends the broker when `stop` is set.
pub(super) fn happen(mut broker: RealBroker, episodes: &[RealEpisode], start: Instant, stop: &AtomicBool) {
    let mut episodes = episodes.iter().peekable();
    while !stop.load(Ordering::Relaxed) {
        let Some(episode) = episodes.next_if(|episode| episode.at <= start.elapsed()) else {
            std::thread::sleep(GLANCE);
            continue;
        };
        if let Err(error) = begin(&mut broker, episode.fault) {
            lock(&broker.ledger).failure = Some(format!("{:?}: {error:#}", episode.fault));
            return;
        }
    }
}

/// One fault from its beginning to its end.
fn begin(broker: &mut RealBroker, fault: Fault) -> Result<()> {
    let ledger = Arc::clone(&broker.ledger);
    let disturb = |node: Option<usize>, is_silent| {
        let disturbance = Disturbance { node, is_silent, since: Instant::now(), over: None };
        lock(&ledger).begin(disturbance, fault.class(), format!("{fault:?}"));
    };
    match fault {
        Fault::NodeKilled { node, down } => {
            disturb(Some(node), false);
            broker.node_mut(node).kill();
            std::thread::sleep(down);
            broker.node_mut(node).restart()?;
        }
        Fault::NodeStopped { node, down, .. } => {
            disturb(Some(node), false);
            broker.node_mut(node).stop();
            std::thread::sleep(down);
            broker.node_mut(node).restart()?;
        }
        Fault::ApplicationRestarted { node, down } => {
            disturb(Some(node), false);
            broker.node(node).control(&["stop_app"])?;
            std::thread::sleep(down);
            broker.node(node).control(&["start_app"])?;
            broker.node_mut(node).wait_until_ready()?;
        }
        Fault::NodeFrozen { node, lasts } => {
            disturb(Some(node), true);
            broker.node_mut(node).freeze();
            std::thread::sleep(lasts);
            broker.node_mut(node).thaw();
            std::thread::sleep(NOTICES_IN);
            broker.node_mut(node).wait_until_ready()?;
        }
        Fault::LeaderMoves { queue } => {
            disturb(None, false);
            move_leader(broker, queue % CHANGING)?;
        }
        other => anyhow::bail!("a real broker cannot be made to do this: {other:?}"),
    }
    lock(&ledger).end(Instant::now());
    Ok(())
}

/// Gives a quorum queue the next node as its leader.
fn move_leader(broker: &RealBroker, queue: usize) -> Result<()> {
    let name = format!("quorum-{queue}");
    let path = format!("/api/queues/%2F/{name}");
    let shown = broker.first.management().get(&path)?;
    let leader = shown["leader"].as_str().context("a quorum queue without a leader")?;
    let nodes = || (0..broker.setup.nodes).map(|number| broker.node(number).node());
    let number = nodes().position(|node| node == leader).with_context(|| format!("no node is called `{leader}`"))?;
    let target = broker.node(number + 1).node();
    let expression = format!(
        "{{ok, Q}} = rabbit_amqqueue:lookup(rabbit_misc:r(<<\"/\">>, queue, <<\"{name}\">>)), \
         rabbit_quorum_queue:transfer_leadership(Q, '{target}')."
    );
    let said = broker.first.control(&["eval", &expression])?;
    ensure!(said.contains("migrated"), "the leader of `{name}` did not move to `{target}`: {said}");
    lock(&broker.ledger).note(Instant::now(), format!("{name} is led by {target}"));
    Ok(())
}
