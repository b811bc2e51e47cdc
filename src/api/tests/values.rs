//! Requests for values, and the responses.

use std::sync::PoisonError;

use reqwest::Method;
use serde_json::json;

use super::kit::{Answer, Running, VALUES};

const USER: (&str, &str) = ("x-remote-user", "ann");

async fn get(running: &Running, rest: &str) -> Answer {
    running.get_as("ann", &format!("{VALUES}/{rest}")).await
}

#[tokio::test]
async fn an_answer_is_complete() {
    let running = Running::start().await;
    let headers = [USER, ("accept", "application/vnd.kubernetes.protobuf, */*"), ("audit-id", "a-1")];
    let path = format!("{VALUES}/M?labelSelector=queue+in+%28a%29&limit=500&resourceVersion=0&timeout=10s");
    let answer = running.get(&running.proxy(), &path, &headers).await;
    assert_eq!(answer.code, 200, "{answer:?}");
    assert_eq!(
        answer.json(),
        json!({
            "kind": "ExternalMetricValueList",
            "apiVersion": "external.metrics.k8s.io/v1beta1",
            "metadata": {},
            "items": [{
                "metricName": "m",
                "metricLabels": {"queue": "queue in (a)"},
                "timestamp": "2026-01-02T03:04:05Z",
                "value": "42",
            }],
        })
    );
    for (name, value) in
        [("content-type", "application/json"), ("cache-control", "no-cache, private"), ("audit-id", "a-1")]
    {
        assert_eq!(answer.headers[name], value);
    }
}

#[tokio::test]
async fn a_metric_is_one_segment_of_any_characters() {
    let running = Running::start().await;
    for (raw, name) in [("s0-a%7Cb%3A%20~%C3%BC", "s0-a|b: ~ü"), ("status", "status"), ("finalize/", "finalize")] {
        assert_eq!(get(&running, raw).await.json()["items"][0]["metricName"], name);
    }
    for raw in ["a%2Fb", "a/b", "/"] {
        get(&running, raw).await.status(404, "NotFound");
    }
    get(&running, "a%zz").await.status(400, "BadRequest");
    let base = "/apis/external.metrics.k8s.io/v1beta1";
    for path in [format!("{base}/m"), format!("{base}/namespaces/shop"), "/apis/apps/v1".into(), "/x".into()] {
        running.get_as("ann", &path).await.status(404, "NotFound");
    }
}

#[tokio::test]
async fn a_refusal_is_passed_on_word_for_word() {
    let running = Running::start().await;
    for (metric, code, reason) in
        [("bad", 400, "BadRequest"), ("unknown", 404, "NotFound"), ("stale", 503, "ServiceUnavailable")]
    {
        let answer = get(&running, &format!("{metric}?labelSelector=queue%3Da")).await;
        assert_eq!(answer.status(code, reason), format!("no `{metric}` for `queue=a`"));
    }
    let answered = running.seen.answered.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let expected = [("values", 400), ("values", 404), ("values", 503)];
    assert_eq!(answered, expected);
}

#[tokio::test]
async fn unsupported_parameters_are_refused() {
    let running = Running::start().await;
    for watch in ["watch=true", "watch=1", "watch"] {
        let message = get(&running, &format!("m?{watch}")).await.status(405, "MethodNotAllowed");
        assert_eq!(message, "watch is not supported on resources of kind \"*.external.metrics.k8s.io\"");
    }
    let message = get(&running, "m?timeout=soon").await.status(400, "BadRequest");
    assert_eq!(message, "invalid timeout specified in the request URL");
    get(&running, "m?fieldSelector=spec.x%3D1").await.status(400, "BadRequest");
    get(&running, "m?resourceVersionMatch=Exact").await.status(422, "Invalid");
    for fine in ["watch=false", "fieldSelector=metadata.name%3Dx", "foo=bar", "labelSelector="] {
        assert_eq!(get(&running, &format!("m?{fine}")).await.code, 200, "{fine}");
    }
}

#[tokio::test]
async fn other_methods_and_other_types_are_refused() {
    let running = Running::start().await;
    let (proxy, path) = (running.proxy(), format!("{VALUES}/m"));
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let answer = running.send(&proxy, method, &path, &[USER]).await;
        answer.status(405, "MethodNotAllowed");
        assert_eq!(answer.headers["allow"], "GET");
    }
    assert_eq!(running.send(&proxy, Method::HEAD, &path, &[USER]).await.code, 405);
    for accept in ["text/html", "application/vnd.kubernetes.protobuf", "application/json;as=Table;v=v1;g=meta.k8s.io"] {
        let answer = running.get(&proxy, &path, &[USER, ("accept", accept)]).await;
        answer.status(406, "NotAcceptable");
    }
}

#[tokio::test]
async fn a_panic_fails_one_request_only() {
    let running = Running::start().await;
    let proxy = running.proxy();
    for _ in 0..3 {
        running.get(&proxy, &format!("{VALUES}/panic"), &[USER]).await.status(500, "InternalError");
    }
    assert_eq!(running.get(&proxy, &format!("{VALUES}/m"), &[USER]).await.code, 200);
}
