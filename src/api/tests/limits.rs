//! Limits on requests.

use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Method;

use super::kit::{Running, VALUES, eventually, send};
use crate::api::net::limits::{IN_FLIGHT_MAX, STREAMS_MAX};

const USER: (&str, &str) = ("x-remote-user", "ann");

#[tokio::test]
async fn a_request_ends_at_the_timeout_of_its_caller() {
    let running = Running::start().await;
    running.reviewers.hold.store(true, Ordering::SeqCst);
    let answer = running.get_as("ann", &format!("{VALUES}/m?timeout=50ms")).await;
    assert_eq!(answer.status(504, "Timeout"), "request did not complete within the allotted timeout");
    running.reviewers.hold.store(false, Ordering::SeqCst);
    assert_eq!(running.get_as("ann", &format!("{VALUES}/m?timeout=10s")).await.code, 200);
}

#[tokio::test]
async fn too_many_requests_are_refused_and_probes_are_not() {
    let running = Running::start().await;
    let path = format!("{VALUES}/m");
    let clients = IN_FLIGHT_MAX / STREAMS_MAX as usize;
    let proxies: Vec<_> = (0..clients).map(|_| running.proxy()).collect();
    for proxy in &proxies {
        // One connection each, before the burst could open one for every request.
        assert_eq!(running.get(proxy, "/livez", &[USER]).await.code, 200);
    }
    running.reviewers.hold.store(true, Ordering::SeqCst);
    let waiting = proxies.iter().flat_map(|proxy| (0..STREAMS_MAX).map(|_| running.get(proxy, &path, &[USER])));
    let waiting = futures_util::future::join_all(waiting);
    let beyond = async {
        let (proxy, one_more) = (running.proxy(), [USER]);
        eventually("every place is taken", async || {
            let request = send(&proxy, running.address, Method::GET, &path, &one_more);
            let answered = tokio::time::timeout(Duration::from_millis(200), request).await;
            answered.is_ok_and(|answer| answer.expect("an answer").code == 429)
        })
        .await;
        running.get(&proxy, &path, &one_more).await.status(429, "TooManyRequests");
        assert_eq!(running.get(&running.client(None), "/livez", &[]).await.code, 200);
        running.reviewers.hold.store(false, Ordering::SeqCst);
    };
    let (answers, ()) = futures_util::future::join(waiting, beyond).await;
    // The request that found the last place takes it from one of the others.
    let served = answers.iter().filter(|answer| answer.code == 200).count();
    assert!(served >= IN_FLIGHT_MAX - 2, "{served} of {IN_FLIGHT_MAX} were served");
    assert_eq!(running.get_as("ann", &path).await.code, 200);
}
