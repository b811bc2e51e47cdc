//! Which fault of a real broker happens when: a function of the seed.

use std::fmt;
use std::time::Duration;

use fastrand::Rng;

use super::plan::REALS;
use crate::fault::Fault;
use crate::schedule::seconds;

/// One fault at one time. It waits for the end of the one before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RealEpisode {
    /// The time since the start.
    pub(crate) at: Duration,
    /// The broker, as an index of [`REALS`].
    broker: usize,
    /// What happens.
    pub(crate) fault: Fault,
}

impl fmt::Display for RealEpisode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, broker, fault } = self;
        write!(f, "{:>8.1} s  {:<8} {fault:?}", at.as_secs_f64(), REALS[*broker].name)
    }
}

/// All episodes of a broker. A longer run begins with the same ones.
pub(crate) fn of(seed: u64, broker: usize, duration: Duration) -> Vec<RealEpisode> {
    let mut rng = Rng::with_seed(seed.wrapping_mul(1_000_033).wrapping_add(broker as u64));
    let mut episodes = Vec::new();
    let mut at = seconds(&mut rng, 15, 50);
    while at < duration {
        episodes.push(RealEpisode { at, broker, fault: fault(&mut rng, REALS[broker].nodes) });
        // About as long as a fault takes, and then often so short that the next one falls into what this one has caused.
        at += seconds(&mut rng, 20, 30);
        at += match rng.u8(..10) {
            0..=3 => seconds(&mut rng, 0, 14),
            4..=5 => seconds(&mut rng, 14, 35),
            _ => seconds(&mut rng, 45, 80),
        };
    }
    episodes
}

fn fault(rng: &mut Rng, nodes: usize) -> Fault {
    let (queue, node) = (rng.usize(..100), rng.usize(..nodes));
    match rng.u8(..100) {
        0..=24 => Fault::NodeKilled { node, down: seconds(rng, 1, 12) },
        // It takes as long as it takes to stop.
        25..=44 => Fault::NodeStopped { node, stopping: Duration::ZERO, down: seconds(rng, 1, 12) },
        45..=59 => Fault::ApplicationRestarted { node, down: seconds(rng, 0, 8) },
        60..=74 => Fault::NodeFrozen { node, lasts: seconds(rng, 3, 25) },
        // What is left takes several nodes.
        _ if nodes == 1 => Fault::NodeKilled { node, down: seconds(rng, 1, 12) },
        _ => Fault::LeaderMoves { queue },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_schedule() {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let (short, long) = (of(5, 0, minutes(10)), of(5, 0, minutes(60)));
        assert!(short == long[..short.len()] && short != of(6, 0, minutes(10)));
        let classes: std::collections::BTreeSet<_> = long.iter().map(|episode| episode.fault.class()).collect();
        assert_eq!(classes.len(), 5, "{classes:?}");
    }
}
