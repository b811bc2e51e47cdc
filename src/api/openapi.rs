//! The OpenAPI documents, versions 2 and 3, about this group and version and nothing else.
//!
//! The aggregator merges what it finds here into the cluster's own document, key by key, so no path and no definition of
//! anybody else may be listed. It must never be answered 404 either: it would not ask again.

use http::header::{CACHE_CONTROL, EXPIRES};
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::document::Document;
use super::query::Query;
use super::reply::Reply;
use super::status::Status;
use super::{GROUP, VERSION, accept};
use leveret_core::Moment;

/// The name under which the type is known to Kubernetes tools.
const LIST: &str = "io.k8s.metrics.pkg.apis.external_metrics.v1beta1.ExternalMetricValueList";
const ITEM: &str = "io.k8s.metrics.pkg.apis.external_metrics.v1beta1.ExternalMetricValue";

/// How long a document that is addressed by its own hash may be kept.
const YEAR: std::time::Duration = std::time::Duration::from_secs(365 * 24 * 3600);

/// The documents, built once.
#[derive(Debug)]
pub(super) struct OpenApi {
    v2: Document,
    v3_root: Document,
    v3: Document,
}

impl OpenApi {
    /// The documents about these signals. Each has a path of its own, by which tools find the type of its values.
    pub(super) fn new(signals: &[&str]) -> Self {
        let plain = |value: &Value| Document::new("application/json", value);
        let v3 = plain(&version_3(signals));
        let link = format!("/openapi/v3/apis/{GROUP}/{VERSION}?hash={}", v3.hash());
        let root = json!({"paths": {format!("apis/{GROUP}/{VERSION}"): {"serverRelativeURL": link}}});
        Self { v2: plain(&version_2(signals)), v3_root: plain(&root), v3 }
    }

    /// `/openapi/v2`
    pub(super) fn v2(&self, headers: &HeaderMap) -> Result<Reply, Status> {
        accept::json(headers).map(|()| self.v2.serve(headers))
    }

    /// `/openapi/v3`
    pub(super) fn v3_root(&self, headers: &HeaderMap) -> Result<Reply, Status> {
        accept::json(headers).map(|()| self.v3_root.serve(headers))
    }

    /// `/openapi/v3/apis/GROUP/VERSION`. A hash that is not the document's is ignored: a redirect to the right one would
    /// be refused by the Kubernetes API server in between.
    pub(super) fn v3(&self, headers: &HeaderMap, query: Query<'_>, now: Moment) -> Result<Reply, Status> {
        accept::json(headers)?;
        let mut reply = self.v3.serve(headers);
        if query.get("hash").is_some_and(|hash| hash == self.v3.hash()) {
            let expires = now.plus(YEAR).wall().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, immutable"));
            if let Ok(expires) = HeaderValue::try_from(expires) {
                reply.headers_mut().insert(EXPIRES, expires);
            }
        }
        Ok(reply)
    }
}

fn version_2(signals: &[&str]) -> Value {
    let ok = |schema: Value| json!({"description": "OK", "schema": schema});
    json!({
        "swagger": "2.0",
        "info": {"title": "Leveret", "version": env!("CARGO_PKG_VERSION")},
        "paths": paths(signals, |name| path(name, &ok, "#/definitions/", parameter_2)),
        "definitions": definitions("#/definitions/"),
    })
}

fn version_3(signals: &[&str]) -> Value {
    let ok = |schema: Value| json!({"description": "OK", "content": {"application/json": {"schema": schema}}});
    json!({
        "openapi": "3.0.0",
        "info": {"title": "Leveret", "version": env!("CARGO_PKG_VERSION")},
        "paths": paths(signals, |name| path(name, &ok, "#/components/schemas/", parameter_3)),
        "components": {"schemas": definitions("#/components/schemas/")},
    })
}

fn parameter_2(place: &str, name: &str, description: &str) -> Value {
    json!({"name": name, "in": place, "required": place == "path", "type": "string", "description": description})
}

fn parameter_3(place: &str, name: &str, description: &str) -> Value {
    let schema = json!({"type": "string"});
    json!({"name": name, "in": place, "required": place == "path", "schema": schema, "description": description})
}

/// A way of writing a parameter: its place, its name and what it is about.
type Parameter = fn(&str, &str, &str) -> Value;

fn paths(signals: &[&str], path: impl Fn(&str) -> Value) -> Value {
    let base = format!("/apis/{GROUP}/{VERSION}/namespaces/{{namespace}}");
    signals.iter().map(|signal| (format!("{base}/{signal}"), path(signal))).collect()
}

fn path(signal: &str, ok: &impl Fn(Value) -> Value, references: &str, parameter: Parameter) -> Value {
    json!({
        "get": {
            "description": "list the values of an external metric",
            "operationId": format!("listExternalMetricsV1beta1Namespaced_{signal}"),
            "responses": {"200": ok(json!({"$ref": format!("{references}{LIST}")}))},
            "x-kubernetes-action": "list",
            "x-kubernetes-group-version-kind": kind(),
        },
        "parameters": [
            parameter("path", "namespace", "the HorizontalPodAutoscaler's namespace"),
            parameter("query", "labelSelector", "which queue or backlog the signal is about"),
        ],
    })
}

fn kind() -> Value {
    json!({"group": GROUP, "version": VERSION, "kind": "ExternalMetricValueList"})
}

/// The two types. What they share with others (times, quantities, list metadata) is written out in place, because a
/// definition of the same name and another content would be renamed by the aggregator.
fn definitions(references: &str) -> Value {
    let labels = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let quantity = "the value as a Kubernetes quantity";
    json!({
        LIST: {
            "type": "object",
            "description": "the values of one external metric",
            "required": ["items"],
            "properties": {
                "apiVersion": {"type": "string"},
                "kind": {"type": "string"},
                "metadata": {"type": "object"},
                "items": {"type": "array", "items": {"$ref": format!("{references}{ITEM}")}},
            },
            "x-kubernetes-group-version-kind": [kind()],
        },
        ITEM: {
            "type": "object",
            "description": "one value of an external metric",
            "required": ["metricName", "metricLabels", "timestamp", "value"],
            "properties": {
                "metricName": {"type": "string", "description": "the signal's name"},
                "metricLabels": labels,
                "timestamp": {"type": "string", "format": "date-time", "description": "when the broker was read"},
                "window": {"type": "integer", "format": "int64", "description": "seconds that a rate is taken over"},
                "value": {"type": "string", "description": quantity},
            },
        },
    })
}
