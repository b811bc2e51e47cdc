//! The admin port: plain HTTP/1.1, without secrets, for the kubelet and for Prometheus.
//!
//! Anyone who reaches the port may use it, so everything about it is bounded: see the constants in `admin/limits.rs`.

mod connection;
mod limits;
mod pages;
mod places;

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::tasks::Tasks;
use connection::Connection;
use limits::{ACCEPT_PAUSE, Limits};
use places::Places;

pub use pages::{Pages, Reply};

/// The bound admin port, which does not answer before [`serve`](Self::serve).
pub struct Admin {
    listener: TcpListener,
    address: SocketAddr,
    pages: Pages,
    limits: Limits,
}

impl Admin {
    /// Binds the port. `flag` is the flag that chooses `address`, for the error.
    pub async fn bind(address: SocketAddr, flag: &str, pages: Pages) -> Result<Self> {
        let cannot = || format!("cannot listen on `{address}` for the admin port; choose another with `{flag}`");
        let listener = TcpListener::bind(address).await.with_context(cannot)?;
        let address = listener.local_addr().with_context(cannot)?;
        Ok(Self { listener, address, pages, limits: Limits::default() })
    }

    /// The address that was bound.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `ended` completes, which may be later than the tasks' stop so that a draining process can still be
    /// observed. Every connection is one of `tasks` and ends soon after.
    pub async fn serve(self, tasks: Tasks, ended: impl Future<Output = ()> + Send) -> Result<()> {
        let (pages, closing, mut places) =
            (Arc::new(self.pages), CancellationToken::new(), Places::new(self.limits.connections));
        let mut ended = pin!(ended);
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut ended => break,
                accepted = self.listener.accept() => accepted,
            };
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection on the admin port");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let connection = Connection {
                pages: Arc::clone(&pages),
                place: places.take(),
                closing: closing.clone(),
                limits: self.limits,
            };
            tasks.spawn(connection.serve(stream));
        }
        closing.cancel();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
