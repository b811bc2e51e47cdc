//! The admin port: plain HTTP, without secrets, for the kubelet and for Prometheus.
//!
//! | path | answer |
//! |---|---|
//! | `/metrics` | Leveret's own series and the gauges of asked and configured queues |
//! | `/livez` | 200 while the process serves |
//! | `/readyz` | 200 once every part is ready, 503 with their names before and during shutdown |

use std::fmt::Write as _;
use std::net::SocketAddr;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus::{Encoder, Registry, TextEncoder};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::readiness::Readiness;

/// The bound, not yet serving, admin port.
pub struct Admin {
    listener: TcpListener,
    router: Router,
}

#[derive(Clone)]
struct Parts {
    registry: Registry,
    readiness: Readiness,
}

impl Admin {
    /// Binds the port.
    pub async fn bind(address: SocketAddr, registry: Registry, readiness: Readiness) -> Result<Self> {
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!("cannot listen on `{address}` for the admin port; choose another with `--admin-listen`")
        })?;
        let router = Router::new()
            .route("/metrics", get(metrics))
            .route("/livez", get(async || "ok"))
            .route("/readyz", get(readyz))
            .with_state(Parts { registry, readiness });
        Ok(Self { listener, router })
    }

    /// The address that was bound.
    pub fn address(&self) -> Result<SocketAddr> {
        self.listener.local_addr().context("the admin port has no address")
    }

    /// Serves until `ended`; longer than until the stop, so that a draining pod can be looked at.
    pub async fn serve(self, ended: CancellationToken) -> Result<()> {
        let served = axum::serve(self.listener, self.router).with_graceful_shutdown(ended.cancelled_owned());
        served.await.context("the admin port failed")
    }
}

async fn metrics(State(parts): State<Parts>) -> Response {
    let mut text = Vec::new();
    match TextEncoder::new().encode(&parts.registry.gather(), &mut text) {
        Ok(()) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => {
            (StatusCode::INTERNAL_SERVER_ERROR, format!("cannot encode the metrics: {error}")).into_response()
        }
    }
}

async fn readyz(State(parts): State<Parts>) -> Response {
    let mut text = String::new();
    for (part, ready) in parts.readiness.checks() {
        let sign = if ready { '+' } else { '-' };
        writeln!(text, "[{sign}]{part}").expect("a string can always be written to");
    }
    let code = if parts.readiness.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, text).into_response()
}
