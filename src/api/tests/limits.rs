//! Limits on requests.

use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Method;

use super::kit::{Running, VALUES, eventually, send};
use super::reviewers::TOKEN;
use crate::api::net::limits::{IN_FLIGHT_MAX, STREAMS_MAX, UNAUTHENTICATED_IN_FLIGHT_MAX};

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

/// Callers that are not authenticated wait for reviews, more of them than there are places; meanwhile a caller that the
/// front proxy passes on and one whose token is cached are answered.
async fn check_others_are_answered(running: Running, headers: impl Fn(usize) -> Vec<(&'static str, String)>) {
    let cached = format!("Bearer {TOKEN}");
    let path = format!("{VALUES}/m");
    assert_eq!(running.get(&running.client(None), &path, &[("authorization", &cached)]).await.code, 200);
    running.reviewers.hold_tokens.store(true, Ordering::SeqCst);
    running.reviewers.hold.store(true, Ordering::SeqCst);
    let clients: Vec<_> = (0..=IN_FLIGHT_MAX / STREAMS_MAX as usize).map(|_| running.client(None)).collect();
    for client in &clients {
        // One connection each, before the burst could open one for every request.
        assert_eq!(running.get(client, "/livez", &[]).await.code, 200);
    }
    let ask = async |client, number: usize| {
        let headers = headers(number);
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, &**value)).collect();
        // Each is a question of its own, whose answer is not cached.
        running.get(client, &format!("{VALUES}-{number}/m"), &headers).await.code
    };
    let burst = clients.iter().enumerate().flat_map(|(n, client)| {
        let first = n * STREAMS_MAX as usize;
        (first..first + STREAMS_MAX as usize).map(move |number| (client, number))
    });
    let burst = futures_util::future::join_all(burst.map(|(client, number)| ask(client, number)));
    let beyond = async {
        eventually("one caller too many is refused", async || {
            let refused = ask(&clients[0], usize::MAX);
            tokio::time::timeout(Duration::from_millis(200), refused).await.is_ok_and(|code| code == 429)
        })
        .await;
        let passed_on = [("x-remote-user", "ann"), ("x-remote-group", "system:masters")];
        assert_eq!(running.get(&running.proxy(), &path, &passed_on).await.code, 200);
        assert_eq!(running.get(&running.client(None), &path, &[("authorization", &cached)]).await.code, 200);
        running.reviewers.hold_tokens.store(false, Ordering::SeqCst);
        running.reviewers.hold.store(false, Ordering::SeqCst);
    };
    let (answers, ()) = futures_util::future::join(burst, beyond).await;
    let refused = answers.iter().filter(|code| **code == 429).count();
    let waited = answers.len() - refused;
    assert!((UNAUTHENTICATED_IN_FLIGHT_MAX - 2..=UNAUTHENTICATED_IN_FLIGHT_MAX).contains(&waited), "{waited} waited");
}

#[tokio::test]
async fn bearers_of_bogus_tokens_take_no_place_of_authenticated_callers() {
    let bogus = |number| vec![("authorization", format!("Bearer bogus-{number}"))];
    check_others_are_answered(Running::start().await, bogus).await;
}

#[tokio::test]
async fn anonymous_callers_take_no_place_of_authenticated_ones() {
    check_others_are_answered(Running::start().await, |_| Vec::new()).await;
}
