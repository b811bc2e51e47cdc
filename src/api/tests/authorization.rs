//! What callers may do.

use std::sync::atomic::Ordering;

use reqwest::Method;

use super::kit::{Running, VALUES};
use crate::api::{Attributes, EXTERNAL_METRICS};

#[tokio::test]
async fn a_denial_is_in_the_words_of_kubernetes() {
    let running = Running::start().await;
    running.reviewers.deny.store(true, Ordering::SeqCst);
    let answer = running.get_as("ann", &format!("{VALUES}/Backlog_X")).await;
    assert_eq!(
        answer.status(403, "Forbidden"),
        "backlog_x.external.metrics.k8s.io is forbidden: User \"ann\" cannot list resource \"backlog_x\" in API group \
         \"external.metrics.k8s.io\" in the namespace \"shop\": no role binds it"
    );
    let details = serde_json::json!({"group": "external.metrics.k8s.io", "kind": "backlog_x"});
    assert_eq!(answer.json()["details"], details);
    let answer = running.get_as("ann", "/version").await;
    assert_eq!(
        answer.status(403, "Forbidden"),
        "forbidden: User \"ann\" cannot get path \"/version\": no role binds it"
    );
}

#[tokio::test]
async fn a_review_is_exact_and_sent_once() {
    let running = Running::start().await;
    for selector in ["queue%3Da", "queue%3Db"] {
        assert_eq!(running.get_as("ann", &format!("{VALUES}/m?labelSelector={selector}")).await.code, 200);
    }
    let asked = running.reviewers.asked();
    let expected = Attributes::Resource {
        api: EXTERNAL_METRICS,
        verb: "list",
        namespace: "shop".to_owned(),
        resource: "m".to_owned(),
        name: String::new(),
        subresource: String::new(),
    };
    assert_eq!(asked.iter().map(|(_, attributes)| attributes).collect::<Vec<_>>(), [&expected]);
    running.get_as("bob", &format!("{VALUES}/m")).await;
    assert_eq!(running.reviewers.asked().len(), 2, "another user needs another review");
}

#[tokio::test]
async fn a_burst_of_equal_requests_is_reviewed_once() {
    let running = Running::start().await;
    let (proxy, path) = (running.proxy(), format!("{VALUES}/m"));
    let burst = (0..8).map(|_| running.get(&proxy, &path, &[("x-remote-user", "ann")]));
    for answer in futures_util::future::join_all(burst).await {
        assert_eq!(answer.code, 200, "{answer:?}");
    }
    assert_eq!(running.reviewers.asked().len(), 1);
}

#[tokio::test]
async fn a_failed_review_refuses_the_request_and_is_not_kept() {
    let running = Running::start().await;
    running.reviewers.out.store(true, Ordering::SeqCst);
    let answer = running.get_as("ann", &format!("{VALUES}/m")).await;
    assert!(answer.status(500, "InternalError").contains("connection refused"), "{answer:?}");
    running.reviewers.out.store(false, Ordering::SeqCst);
    assert_eq!(running.get_as("ann", &format!("{VALUES}/m")).await.code, 200);
}

#[tokio::test]
async fn masters_and_probes_need_no_review() {
    let running = Running::start().await;
    running.reviewers.out.store(true, Ordering::SeqCst);
    let headers = [("x-remote-user", "system:kube-aggregator"), ("x-remote-group", "system:masters")];
    let path = "/apis/external.metrics.k8s.io/v1beta1";
    assert_eq!(running.get(&running.proxy(), path, &headers).await.code, 200);
    let anonymous = running.client(None);
    for probe in ["/livez", "/readyz", "/healthz"] {
        assert_eq!(running.get(&anonymous, probe, &[]).await.body, "ok");
    }
    running.get(&anonymous, "/readyz/ping", &[]).await.status(500, "InternalError");
}

#[tokio::test]
async fn a_denial_comes_before_any_other_failure() {
    let running = Running::start().await;
    running.reviewers.deny.store(true, Ordering::SeqCst);
    let proxy = running.proxy();
    let headers = [("x-remote-user", "ann"), ("accept", "text/html")];
    let base = "/apis/external.metrics.k8s.io/v1beta1";
    for path in [&*format!("{VALUES}/unknown"), &*format!("{base}/foo"), "/nothing"] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            running.send(&proxy, method, path, &headers).await.status(403, "Forbidden");
        }
    }
}
