//! Shutdown: requests are still answered during the delay, then the server closes.

use std::time::Duration;

use reqwest::Method;

use super::kit::{Running, VALUES, eventually, send};
use crate::api::ServingCertificate;

#[tokio::test]
async fn a_draining_server_still_answers() {
    let running = Running::start_with(Duration::from_secs(600), |serving| {
        let pair = serving.server(&["localhost", "127.0.0.1"]);
        ServingCertificate::from_pem(&pair.certificate, &pair.key).expect("a pair")
    })
    .await;
    running.stop.cancel();
    assert_eq!(running.get(&running.client(None), "/livez", &[]).await.code, 200);
    assert_eq!(running.get_as("ann", &format!("{VALUES}/m")).await.code, 200);
}

#[tokio::test]
async fn a_server_without_a_delay_closes_at_once() {
    let running = Running::start().await;
    assert_eq!(running.get(&running.client(None), "/livez", &[]).await.code, 200);
    running.stop.cancel();
    eventually("new connections are refused", async || {
        send(&running.client(None), running.address, Method::GET, "/livez", &[]).await.is_err()
    })
    .await;
}
