//! Free loopback ports, below the range that the kernel hands out by itself.
//!
//! A port from `bind(0)` belongs to the range of outgoing connections: between choosing it and the broker's start, or
//! while a stopped broker waits to be started again on the same ports, any connection of this machine may take it.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::Context as _;

use crate::credentials::random;

/// Where ports are looked for: above the registered ones in daily use, below Linux's default ephemeral range (32768).
const RANGE: std::ops::Range<u16> = 20_000..32_000;

/// The ports of one broker, all on 127.0.0.1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports {
    pub(crate) amqp: u16,
    pub(crate) management: u16,
    pub(crate) prometheus: u16,
    pub(crate) distribution: u16,
    pub(crate) epmd: u16,
}

impl Ports {
    /// Chooses five ports that are free now; fails when a thousand guesses did not find them.
    pub(crate) fn choose() -> anyhow::Result<Self> {
        // Held until all five are chosen, so that no port is chosen twice.
        let mut held: Vec<(u16, TcpListener)> = Vec::new();
        for _ in 0..1000 {
            if let [(amqp, _), (management, _), (prometheus, _), (distribution, _), (epmd, _)] = &held[..] {
                return Ok(Self {
                    amqp: *amqp,
                    management: *management,
                    prometheus: *prometheus,
                    distribution: *distribution,
                    epmd: *epmd,
                });
            }
            let [high, low] = random().context("cannot choose a port")?;
            let port = RANGE.start + u16::from_be_bytes([high, low]) % (RANGE.end - RANGE.start);
            if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                held.push((port, listener));
            }
        }
        anyhow::bail!("no free loopback ports between {} and {}", RANGE.start, RANGE.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_distinct_and_in_range() {
        let ports = Ports::choose().unwrap();
        let all = [ports.amqp, ports.management, ports.prometheus, ports.distribution, ports.epmd];
        assert!(all.iter().all(|port| RANGE.contains(port)), "{all:?}");
        assert_eq!(std::collections::HashSet::from(all).len(), all.len(), "{all:?}");
    }
}
