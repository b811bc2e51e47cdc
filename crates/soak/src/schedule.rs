//! Which fault happens when: a function of the seed.

use std::fmt;
use std::time::Duration;

use fastrand::Rng;

use crate::fault::{Damage, Fault};
use crate::plan::SETUPS;

/// One fault at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Episode {
    /// The time since the start.
    pub(crate) at: Duration,
    /// The broker, as an index of [`SETUPS`].
    pub(crate) broker: usize,
    /// What happens.
    pub(crate) fault: Fault,
}

impl fmt::Display for Episode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, broker, fault } = self;
        write!(f, "{:>8.1} s  {:<8} {fault:?}", at.as_secs_f64(), SETUPS[*broker].name)
    }
}

/// The time without a fault at the beginning, in which Leveret learns what there is.
const QUIET: Duration = Duration::from_secs(22);

/// All episodes of a run, in the order of their times. A longer run begins with the same episodes.
pub(crate) fn of(seed: u64, duration: Duration) -> Vec<Episode> {
    let mut episodes = Vec::new();
    for broker in 0..SETUPS.len() {
        let mut rng = Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(broker as u64));
        // Some brokers have their first fault while Leveret reads them for the first time.
        let mut at = if rng.u8(..3) == 0 { Duration::ZERO } else { QUIET.mul_f64(rng.f64() + 0.2) };
        while at < duration {
            episodes.push(Episode { at, broker, fault: fault(&mut rng, broker) });
            at += pause(&mut rng);
        }
    }
    let mut rng = Rng::with_seed(seed.wrapping_add(7));
    let mut at = seconds(&mut rng, 30, 150);
    while at < duration {
        episodes.push(Episode { at, broker: 0, fault: Fault::LeveretRestarted { killed: rng.bool() } });
        at += seconds(&mut rng, 60, 300);
    }
    let mut rng = Rng::with_seed(seed.wrapping_add(8));
    let mut at = seconds(&mut rng, 25, 60);
    let replaced = SETUPS.iter().position(|setup| setup.replaces).unwrap_or(0);
    while at < duration {
        episodes.push(Episode { at, broker: replaced, fault: Fault::BrokerReplaced });
        at += seconds(&mut rng, 25, 90);
    }
    episodes.sort_by_key(|episode| episode.at);
    episodes
}

/// Until the next fault: often so short that it falls into what the last one has caused, and otherwise longer than that.
fn pause(rng: &mut Rng) -> Duration {
    match rng.u8(..10) {
        0..=3 => seconds(rng, 0, 14),
        4..=6 => seconds(rng, 14, 35),
        _ => seconds(rng, 45, 80),
    }
}

fn fault(rng: &mut Rng, broker: usize) -> Fault {
    let setup = &SETUPS[broker];
    let (queue, node) = (rng.usize(..100), rng.usize(..setup.nodes));
    // Of a management API only the node is read that serves it.
    let reached = if setup.addresses == 0 { 0 } else { node % setup.addresses };
    let kind = rng.u8(..100);
    match kind {
        0..=5 => Fault::NodeKilled { node, down: seconds(rng, 2, 14) },
        6..=10 => Fault::NodeStopped { node, stopping: seconds(rng, 1, 7), down: seconds(rng, 2, 14) },
        11..=21 => Fault::ApplicationRestarted { node, down: seconds(rng, 1, 8) },
        22..=25 => Fault::NodeRenamed { node, down: seconds(rng, 3, 12) },
        26..=30 => Fault::NodeFrozen { node, lasts: seconds(rng, 14, 25) },
        31..=33 => Fault::BrokenItems { lasts: seconds(rng, 2, 20) },
        34..=35 => Fault::VhostStopped { node, lasts: seconds(rng, 2, 40) },
        36 if setup.tag.is_some() => Fault::PermissionTaken { lasts: seconds(rng, 2, 40) },
        36..=37 => Fault::UndecodableNames { lasts: seconds(rng, 2, 20) },
        38..=43 => Fault::EdgeNumbers { lasts: seconds(rng, 2, 20) },
        44..=46 => Fault::EdgeUptime { node: reached, lasts: seconds(rng, 1, 12) },
        47..=52 => Fault::Slow { node: reached, lasts: seconds(rng, 2, 20) },
        53..=62 => Fault::Damaged { node: reached, lasts: seconds(rng, 1, 20), damage: damage(rng) },
        63..=65 => Fault::Flapping { node, rounds: rng.u32(2..6) },
        66..=69 => Fault::CountersDip { lasts: seconds(rng, 1, 3) },
        // What is left takes several nodes.
        _ if setup.nodes == 1 => Fault::NodeKilled { node, down: seconds(rng, 2, 14) },
        70..=76 if setup.addresses > 1 => Fault::ShownTwice { queue, lasts: seconds(rng, 3, 25) },
        77..=82 if setup.addresses > 1 => Fault::AddressLost { node: reached, lasts: seconds(rng, 5, 45) },
        _ => Fault::LeaderMoves { queue },
    }
}

fn damage(rng: &mut Rng) -> Damage {
    match rng.u8(..8) {
        0..=1 => Damage::Closed,
        2..=3 => Damage::Cut,
        4 => Damage::Status(401),
        5..=6 => Damage::Status(404),
        _ => Damage::Status(500),
    }
}

/// A time from `from` to `to` seconds.
pub(crate) fn seconds(rng: &mut Rng, from: u64, to: u64) -> Duration {
    Duration::from_millis(rng.u64(from * 1000..to * 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn the_same_seed_gives_the_same_schedule() {
        let (short, long) = (of(5, 10 * MINUTE), of(5, 20 * MINUTE));
        assert!(short == of(5, 10 * MINUTE) && short != of(6, 10 * MINUTE));
        assert!(short == long[..short.len()], "a longer run begins otherwise");
    }

    #[test]
    fn an_hour_has_every_class_of_faults() {
        let classes: std::collections::BTreeSet<_> =
            of(1, 60 * MINUTE).iter().map(|episode| episode.fault.class()).collect();
        assert_eq!(classes.len(), 22, "{classes:?}");
    }
}
