//! Bursts on request: `POST /burst?count=N` on the admin port.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde::Deserialize;
use tokio::sync::mpsc;

use crate::schedule::Burst;

/// How many requested bursts may wait for the broker to come back.
const WAITING_MAX: usize = 16;

#[derive(Debug, Deserialize)]
struct Request {
    count: u64,
}

/// The route, and what was asked for through it.
pub(super) fn router() -> (Router, mpsc::Receiver<u64>) {
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    (Router::new().route("/burst", post(burst)).with_state(sender), receiver)
}

async fn burst(State(sender): State<mpsc::Sender<u64>>, Query(request): Query<Request>) -> (StatusCode, String) {
    match Burst::check_count(request.count).map(|count| sender.try_send(count)) {
        Ok(Ok(())) => (StatusCode::ACCEPTED, format!("{} tasks will be published\n", request.count)),
        Ok(Err(_)) => (StatusCode::TOO_MANY_REQUESTS, "earlier bursts still wait for the broker\n".into()),
        Err(message) => (StatusCode::BAD_REQUEST, format!("{message}\n")),
    }
}
