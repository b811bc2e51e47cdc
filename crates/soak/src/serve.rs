//! The ports of the model brokers.
//!
//! A port whose node is down is closed, so that connections are refused.

mod http;
mod items;
mod management;
mod members;
mod prometheus;
mod reply;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::model::Endpoint;
use crate::world::World;

/// How often a port looks whether its node is up.
const GLANCE: Duration = Duration::from_millis(25);

/// Where ports are looked for: below the range of outgoing connections, so that a closed port stays free.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// The ports of one broker.
#[derive(Clone, Debug)]
pub(crate) struct Ports {
    /// Of each Prometheus address.
    pub(crate) prometheus: Vec<u16>,
    /// Of the management API, if Leveret reads it.
    pub(crate) management: Option<u16>,
}

/// Starts to serve a broker, by `tasks` that end only if something is wrong with the soak itself.
pub(crate) async fn start(world: &World, broker: usize, tasks: &mut JoinSet<()>) -> Result<Ports> {
    let setup = world.model(broker).setup;
    let mut prometheus = Vec::new();
    for address in 0..setup.addresses {
        prometheus.push(open(world, broker, Endpoint::Prometheus(address), tasks).await?);
    }
    let management = match setup.tag {
        Some(_) => Some(open(world, broker, Endpoint::Management, tasks).await?),
        None => None,
    };
    Ok(Ports { prometheus, management })
}

async fn open(world: &World, broker: usize, endpoint: Endpoint, tasks: &mut JoinSet<()>) -> Result<u16> {
    let listener = free_port().await?;
    let port = listener.local_addr().context("cannot tell the port of a broker")?.port();
    tasks.spawn(listen(world.clone(), broker, endpoint, listener));
    Ok(port)
}

async fn free_port() -> Result<TcpListener> {
    let mut rng = fastrand::Rng::new();
    for _ in 0..1000 {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, rng.u16(PORTS))).await {
            return Ok(listener);
        }
    }
    anyhow::bail!("no free loopback ports between {} and {}", PORTS.start, PORTS.end)
}

/// Serves one port while its node is up, until an answer panics.
async fn listen(world: World, broker: usize, endpoint: Endpoint, listener: TcpListener) {
    let Ok(address) = listener.local_addr() else { return };
    let (mut listener, mut connections) = (Some(listener), JoinSet::new());
    loop {
        if !is_up(&world, broker, endpoint) {
            listener = None;
            connections.shutdown().await;
            tokio::time::sleep(GLANCE).await;
            continue;
        }
        let Some(open) = &listener else {
            listener = reopen(address).await;
            continue;
        };
        if let Ok(Ok((stream, _))) = tokio::time::timeout(GLANCE, open.accept()).await {
            connections.spawn(http::serve(stream, world.clone(), broker, endpoint));
        }
        while let Some(ended) = connections.try_join_next() {
            if ended.is_err() {
                return;
            }
        }
    }
}

fn is_up(world: &World, broker: usize, endpoint: Endpoint) -> bool {
    let model = world.model(broker);
    model.nodes[model.behind(endpoint, Instant::now())].is_up()
}

async fn reopen(address: SocketAddr) -> Option<TcpListener> {
    let listener = TcpListener::bind(address).await.ok();
    if listener.is_none() {
        tokio::time::sleep(GLANCE).await;
    }
    listener
}
