use std::collections::BTreeMap;
use std::convert::Infallible;

use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use kube::client::Body;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tower::service_fn;

use super::*;
use crate::api::EXTERNAL_METRICS;

/// Reviews by an API server that always gives the same answer, and the requests that it received.
fn answering(code: u16, answer: Value) -> (Reviews, mpsc::UnboundedReceiver<(String, Value)>) {
    let (sender, asked) = mpsc::unbounded_channel();
    let service = service_fn(move |request: Request<Body>| {
        let (sender, answer) = (sender.clone(), answer.to_string());
        async move {
            let path = request.uri().path().to_owned();
            let body = request.into_body().collect().await.expect("a body").to_bytes();
            sender.send((path, serde_json::from_slice(&body).expect("JSON"))).expect("the test is waiting");
            let mut response = Response::new(Full::new(bytes::Bytes::from(answer)));
            *response.status_mut() = StatusCode::from_u16(code).expect("a code");
            Ok::<_, Infallible>(response)
        }
    });
    (Reviews::new(Client::new(service, "default")), asked)
}

fn ann() -> Caller {
    let extra = BTreeMap::from([("scopes".to_owned(), vec!["a".to_owned()])]);
    Caller { name: "ann".to_owned(), uid: Some("u-1".to_owned()), groups: vec!["ops".to_owned()], extra }
}

fn listing() -> Attributes {
    Attributes::Resource {
        api: EXTERNAL_METRICS,
        verb: "list",
        namespace: "shop".to_owned(),
        resource: "m".to_owned(),
        name: String::new(),
        subresource: String::new(),
    }
}

#[tokio::test]
async fn an_access_review_is_exact() {
    let (reviews, mut asked) = answering(201, json!({"status": {"allowed": true}}));
    let decision = AccessReviewer::review(&reviews, &ann(), &listing()).await.expect("a decision");
    assert_eq!(decision, Decision::Allowed);
    let (path, review) = asked.recv().await.expect("a question");
    assert_eq!(path, "/apis/authorization.k8s.io/v1/subjectaccessreviews");
    let expected = json!({
        "user": "ann",
        "uid": "u-1",
        "groups": ["ops"],
        "extra": {"scopes": ["a"]},
        "resourceAttributes": {
            "verb": "list",
            "namespace": "shop",
            "group": "external.metrics.k8s.io",
            "version": "v1beta1",
            "resource": "m",
        },
    });
    assert_eq!(review["spec"], expected);
    let path = Attributes::NonResource { verb: "get".to_owned(), path: "/version".to_owned() };
    AccessReviewer::review(&reviews, &ann(), &path).await.expect("a decision");
    let (_, review) = asked.recv().await.expect("a question");
    assert_eq!(review["spec"]["nonResourceAttributes"], json!({"verb": "get", "path": "/version"}));
}

#[tokio::test]
async fn only_an_undenied_permission_allows() {
    for (status, expected) in [
        (json!({"allowed": false, "reason": "no"}), "no"),
        (json!({"allowed": true, "denied": true, "reason": "webhook"}), "webhook"),
        (json!({"allowed": false}), ""),
    ] {
        let (reviews, _asked) = answering(201, json!({"status": status}));
        let decision = AccessReviewer::review(&reviews, &ann(), &listing()).await.expect("a decision");
        assert_eq!(decision, Decision::Denied(expected.to_owned()));
    }
    let (reviews, _asked) = answering(201, json!({}));
    assert!(AccessReviewer::review(&reviews, &ann(), &listing()).await.is_err());
}

#[tokio::test]
async fn a_refused_review_quotes_the_api_server() {
    let refusal =
        json!({"kind": "Status", "status": "Failure", "message": "not you", "reason": "Forbidden", "code": 403});
    let (reviews, _asked) = answering(403, refusal);
    let error = AccessReviewer::review(&reviews, &ann(), &listing()).await.expect_err("refused");
    assert_eq!(error.to_string(), "the Kubernetes API server refused a subject access review: not you (403)");
}

#[tokio::test]
async fn a_token_is_valid_only_if_it_is_authenticated_and_named() {
    let user = json!({"username": "ann", "uid": "u-1", "groups": ["ops"], "extra": {"scopes": ["a"]}});
    for (status, expected) in [
        (json!({"authenticated": true, "user": user}), Some(ann())),
        (json!({"authenticated": false, "user": user}), None),
        (json!({"user": user}), None),
        (json!({"authenticated": true, "user": {"username": ""}}), None),
        (json!({"authenticated": true}), None),
    ] {
        let (reviews, mut asked) = answering(201, json!({"spec": {}, "status": status}));
        let caller = TokenReviewer::review(&reviews, &Secret::new("t")).await.expect("a review");
        assert_eq!(caller, expected);
        let (path, review) = asked.recv().await.expect("a question");
        assert_eq!((&*path, &review["spec"]), ("/apis/authentication.k8s.io/v1/tokenreviews", &json!({"token": "t"})));
    }
}
