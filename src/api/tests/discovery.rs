//! The documents that the aggregator reads every minute.

use serde_json::json;

use super::kit::{Answer, Running, SIGNALS};

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const BASE: &str = "/apis/external.metrics.k8s.io/v1beta1";

async fn get(running: &Running, path: &str, headers: &[(&str, &str)]) -> Answer {
    let headers = [&[("x-remote-user", "system:kube-aggregator")], headers].concat();
    let answer = running.get(&running.proxy(), path, &headers).await;
    assert!(matches!(answer.code, 200 | 304), "{answer:?}");
    answer
}

#[tokio::test]
async fn the_aggregated_form_lists_every_signal() {
    let running = Running::start().await;
    let answer = get(&running, "/apis", &[("accept", AGGREGATED)]).await;
    assert_eq!(answer.headers["content-type"], AGGREGATED);
    assert_eq!(answer.headers["vary"], "Accept");
    assert_eq!(answer.headers["cache-control"], "public");
    let item = &answer.json()["items"][0];
    assert_eq!(item["metadata"]["name"], "external.metrics.k8s.io");
    let version = &item["versions"][0];
    assert_eq!((&version["version"], &version["freshness"]), (&json!("v1beta1"), &json!("Current")));
    let names: Vec<_> = version["resources"].as_array().expect("a list").iter().map(|it| &it["resource"]).collect();
    assert_eq!(names, SIGNALS);
    assert_eq!(version["resources"][0]["verbs"], json!(["get", "list"]));
    assert_eq!(version["resources"][0]["scope"], "Namespaced");
}

#[tokio::test]
async fn an_unchanged_document_is_not_sent_again() {
    let running = Running::start().await;
    for (path, accept) in [("/apis", AGGREGATED), ("/openapi/v2", "application/json"), ("/openapi/v3", "*/*")] {
        let first = get(&running, path, &[("accept", accept)]).await;
        let tag = first.headers["etag"].to_str().expect("text").to_owned();
        assert!(tag.starts_with('"') && tag.len() == 130, "{tag}");
        let again = get(&running, path, &[("accept", accept), ("if-none-match", &tag)]).await;
        assert_eq!((again.code, &*again.body), (304, ""), "{path}");
        assert_eq!(again.headers["etag"], tag);
        assert_eq!(get(&running, path, &[("accept", accept), ("if-none-match", "\"x\"")]).await.code, 200);
    }
}

#[tokio::test]
async fn the_plain_forms_agree() {
    let running = Running::start().await;
    for slash in ["", "/"] {
        let list = get(&running, &format!("/apis{slash}"), &[]).await.json();
        assert_eq!(
            (&list["kind"], &list["groups"][0]["name"]),
            (&json!("APIGroupList"), &json!("external.metrics.k8s.io"))
        );
        let group = get(&running, &format!("/apis/external.metrics.k8s.io{slash}"), &[]).await.json();
        assert_eq!((&group["kind"], &group["apiVersion"]), (&json!("APIGroup"), &json!("v1")));
        assert_eq!(group["preferredVersion"]["groupVersion"], "external.metrics.k8s.io/v1beta1");
        let resources = get(&running, &format!("{BASE}{slash}"), &[]).await.json();
        assert_eq!(resources["groupVersion"], "external.metrics.k8s.io/v1beta1");
        let expected = json!({
            "name": SIGNALS[0],
            "singularName": "",
            "namespaced": true,
            "kind": "ExternalMetricValueList",
            "verbs": ["get", "list"],
        });
        assert_eq!(resources["resources"][0], expected);
    }
    assert!(get(&running, "/", &[]).await.json()["paths"].as_array().expect("a list").contains(&json!(BASE)));
}

#[tokio::test]
async fn openapi_describes_this_group_only() {
    let running = Running::start().await;
    let root = get(&running, "/openapi/v3", &[]).await.json();
    let paths = root["paths"].as_object().expect("an object");
    assert_eq!(paths.keys().collect::<Vec<_>>(), ["apis/external.metrics.k8s.io/v1beta1"]);
    let link = paths["apis/external.metrics.k8s.io/v1beta1"]["serverRelativeURL"].as_str().expect("a link");
    let exact = get(&running, link, &[]).await;
    assert_eq!(exact.headers["cache-control"], "public, immutable");
    assert!(exact.headers["expires"].to_str().expect("text").ends_with(" GMT"));
    let kept = get(&running, &format!("/openapi/v3{BASE}?hash=OLD"), &[]).await;
    assert_eq!((&kept.headers["cache-control"], &kept.body), (&"public".parse().expect("a value"), &exact.body));
    for (document, paths) in [(exact.json(), "openapi"), (get(&running, "/openapi/v2", &[]).await.json(), "swagger")] {
        assert!(document[paths].is_string());
        let all = document["paths"].as_object().expect("an object").keys();
        let signal = |path: &str| path.strip_prefix(BASE)?.strip_prefix("/namespaces/{namespace}/").map(str::to_owned);
        assert_eq!(all.map(|path| signal(path).expect("a path of ours")).collect::<Vec<_>>(), SIGNALS);
    }
}

#[tokio::test]
async fn the_version_is_that_of_the_program() {
    let running = Running::start().await;
    let version = get(&running, "/version", &[]).await.json();
    assert_eq!(version["gitVersion"], concat!("v", env!("CARGO_PKG_VERSION")));
}
