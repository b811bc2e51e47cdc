//! A table with a second API group.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use serde_json::{Map, Value, json};

use super::kit::{SIGNALS, Seen, Table};
use crate::api::LoopbackToken;
use crate::api::app::App;
use crate::api::auth::authz::Attributes;
use crate::api::auth::gate::Gate;
use crate::api::net::handler::Handler;
use crate::api::net::unauthenticated::Unauthenticated;
use crate::api::resources::dialect::{Description, Dialect};
use crate::api::resources::group::{Content, Group, Groups};
use crate::api::resources::values;
use crate::api::wire::group::GroupVersion;
use crate::api::wire::path::Path;
use crate::api::wire::query::Query;
use crate::api::wire::reply::{self, Reply};
use crate::api::wire::status::Status;
use leveret_runtime::Clock;

const GREETINGS: GroupVersion = GroupVersion { group: "greetings.example.com", version: "v2" };

/// Serves `/apis/greetings.example.com/v2/greeting`.
struct Greetings;

impl Content for Greetings {
    fn is_at(&self, below: &[&str]) -> bool {
        below == ["greeting"]
    }

    fn get<'a>(
        &'a self,
        below: &'a [&'a str],
        _query: Query<'a>,
        _headers: &'a HeaderMap,
    ) -> BoxFuture<'a, Result<Reply, Status>> {
        async move { reply::json(&json!({"kind": "Greeting", "below": below})) }.boxed()
    }

    fn describe(&self, resources: &[&str], dialect: Dialect) -> Description {
        let path = json!({"get": {"responses": {"200": dialect.ok(&dialect.reference("Greeting"))}}});
        Description {
            paths: resources.iter().map(|name| (format!("/apis/{GREETINGS}/{name}"), path.clone())).collect(),
            definitions: Map::from_iter([("Greeting".to_owned(), json!({"type": "object"}))]),
        }
    }
}

/// The external metrics and the greetings.
pub(in crate::api) fn two_groups() -> Groups {
    let greetings = Group { api: GREETINGS, kind: "Greeting", resources: &["greeting"], content: Box::new(Greetings) };
    Groups::new(vec![values::group(SIGNALS, Arc::new(Table)), greetings])
}

/// An application that serves both groups.
struct Server {
    app: App,
    token: LoopbackToken,
}

impl Server {
    fn new() -> Self {
        let token = LoopbackToken::generate().expect("random numbers");
        let gate = Gate::loopback(token.clone());
        let app = App::new(gate, two_groups(), Arc::new(Vec::new), Arc::new(Seen::default()), Clock::system());
        Self { app, token }
    }

    async fn get(&self, path: &str, accept: &str) -> (u16, Value) {
        let bearer = format!("Bearer {}", self.token.secret().expose());
        let request = Request::get(path).header("authorization", bearer).header("accept", accept);
        let (head, ()) = request.body(()).expect("a request").into_parts();
        let reply = self.app.answer(&[], &Unauthenticated::new(1, 1).admit(), head).await;
        let code = reply.status().as_u16();
        let body = reply.into_body().collect().await.expect("a body").to_bytes();
        (code, serde_json::from_slice(&body).expect("JSON"))
    }

    async fn ok(&self, path: &str) -> Value {
        let (code, body) = self.get(path, "application/json").await;
        assert_eq!(code, 200, "{path}: {body}");
        body
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[tokio::test]
async fn both_groups_are_discovered() {
    let server = Server::new();
    let list = server.ok("/apis").await;
    assert_eq!(list["groups"][1]["name"], "greetings.example.com");
    assert_eq!(list["groups"][1]["preferredVersion"]["groupVersion"], "greetings.example.com/v2");
    let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    let (_, aggregated) = server.get("/apis", accept).await;
    assert_eq!(aggregated["items"][0]["metadata"]["name"], "external.metrics.k8s.io");
    assert_eq!(aggregated["items"][1]["versions"][0]["resources"][0]["responseKind"]["kind"], "Greeting");
    assert_eq!(server.ok("/apis/greetings.example.com").await["versions"][0]["version"], "v2");
    let resources = server.ok("/apis/greetings.example.com/v2").await;
    assert_eq!(resources["groupVersion"], "greetings.example.com/v2");
    assert_eq!(resources["resources"][0]["name"], "greeting");
    let index = server.ok("/").await;
    assert!(index["paths"].as_array().expect("a list").contains(&json!("/openapi/v3/apis/greetings.example.com/v2")));
}

#[tokio::test]
async fn each_group_is_described_by_its_own_document() {
    let server = Server::new();
    let root = server.ok("/openapi/v3").await;
    let expected = ["apis/external.metrics.k8s.io/v1beta1", "apis/greetings.example.com/v2"];
    assert_eq!(keys(&root["paths"]), expected);
    let document = server.ok(&format!("/openapi/v3/{}", expected[1])).await;
    assert_eq!(keys(&document["paths"]), ["/apis/greetings.example.com/v2/greeting"]);
    assert_eq!(keys(&document["components"]["schemas"]), ["Greeting"]);
    let document = server.ok("/openapi/v2").await;
    assert_eq!(keys(&document["paths"]).len(), SIGNALS.len() + 1);
    assert_eq!(keys(&document["definitions"]).len(), 3);
}

#[tokio::test]
async fn each_group_answers_below_its_own_version_only() {
    let server = Server::new();
    assert_eq!(server.ok("/apis/greetings.example.com/v2/greeting").await["below"], json!(["greeting"]));
    let value = server.ok("/apis/external.metrics.k8s.io/v1beta1/namespaces/shop/m").await;
    assert_eq!(value["items"][0]["value"], "42");
    for path in [
        "/apis/greetings.example.com/v1",
        "/apis/greetings.example.com/v1beta1/greeting",
        "/apis/greetings.example.com/v2/namespaces/shop/m",
        "/apis/external.metrics.k8s.io/v2",
        "/apis/external.metrics.k8s.io/v1beta1/greeting",
        "/openapi/v3/apis/greetings.example.com/v1",
    ] {
        let (code, status) = server.get(path, "application/json").await;
        assert_eq!((code, &status["reason"]), (404, &json!("NotFound")), "{path}");
    }
}

#[test]
fn a_denial_names_the_group_of_the_path() {
    let path = Path::decode("/apis/greetings.example.com/v2/greeting").expect("a valid path");
    let attributes = Attributes::of(&Method::GET, &path, Query::new(None), two_groups().versions());
    assert!(matches!(&attributes, Attributes::Resource { api: GREETINGS, resource, .. } if resource == "greeting"));
}
