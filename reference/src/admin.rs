//! The admin port: `/metrics`, `/livez`, `/readyz`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus::{Registry, TextEncoder};
use tokio::net::TcpListener;

/// Whether the program has reached its queue. A latch: a broker that is away later makes no pod unready, since there is
/// nothing to route elsewhere, and a rollout must not be stopped by it.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// From now on the program is ready.
    pub fn latch(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn is_latched(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// The routes of both programs.
pub fn router(registry: Registry, readiness: Readiness) -> Router {
    Router::new()
        .route("/metrics", get(move || std::future::ready(metrics(&registry))))
        .route("/livez", get(|| std::future::ready("ok\n")))
        .route("/readyz", get(move || std::future::ready(readyz(&readiness))))
}

/// Serves the routes; never ends by itself.
pub async fn serve(listener: TcpListener, router: Router) -> anyhow::Result<()> {
    axum::serve(listener, router).await.context("the admin port failed")
}

fn metrics(registry: &Registry) -> Response {
    match TextEncoder::new().encode_to_string(&registry.gather()) {
        Ok(text) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response(),
    }
}

fn readyz(readiness: &Readiness) -> Response {
    if readiness.is_latched() {
        "ok\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the queue was not reached yet\n").into_response()
    }
}
