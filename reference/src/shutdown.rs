//! The end, when it is asked for.

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Cancels `token` at the first SIGTERM (Kubernetes) or SIGINT (a terminal). Never returns after that, so that it can
/// stand beside the work in a `select!`; further signals change nothing, since the grace period is bounded anyway.
pub async fn watch(token: CancellationToken) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen to SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen to SIGINT")?;
    let name = tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    };
    tracing::info!(signal = name, "stopping");
    token.cancel();
    std::future::pending().await
}
