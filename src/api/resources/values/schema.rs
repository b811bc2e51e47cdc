//! The OpenAPI description of external metrics.

use serde_json::{Map, Value, json};

use super::{EXTERNAL_METRICS, KIND};
use crate::api::resources::dialect::{Description, Dialect};

/// The names by which Kubernetes tools know the types.
const LIST: &str = "io.k8s.metrics.pkg.apis.external_metrics.v1beta1.ExternalMetricValueList";
const ITEM: &str = "io.k8s.metrics.pkg.apis.external_metrics.v1beta1.ExternalMetricValue";

/// Describes these metrics. Each has its own path, by which tools find the type of its values.
pub(super) fn describe(metrics: &[&str], dialect: Dialect) -> Description {
    let base = format!("/apis/{EXTERNAL_METRICS}/namespaces/{{namespace}}");
    let paths = metrics.iter().map(|metric| (format!("{base}/{metric}"), path(metric, dialect)));
    Description { paths: paths.collect(), definitions: definitions(dialect) }
}

fn path(metric: &str, dialect: Dialect) -> Value {
    json!({
        "get": {
            "description": "list the values of an external metric",
            "operationId": format!("listExternalMetricsV1beta1Namespaced_{metric}"),
            "responses": {"200": dialect.ok(&dialect.reference(LIST))},
            "x-kubernetes-action": "list",
            "x-kubernetes-group-version-kind": kind(),
        },
        "parameters": [
            dialect.parameter("path", "namespace", "the HorizontalPodAutoscaler's namespace"),
            dialect.parameter("query", "labelSelector", "which queue or backlog the signal is about"),
        ],
    })
}

fn kind() -> Value {
    json!({"group": EXTERNAL_METRICS.group, "version": EXTERNAL_METRICS.version, "kind": KIND})
}

/// The two types. Types that they share with other groups (times, quantities, list metadata) are written out in place,
/// because the aggregator would rename a definition with the same name and different content.
fn definitions(dialect: Dialect) -> Map<String, Value> {
    let list = json!({
        "type": "object",
        "description": "the values of one external metric",
        "required": ["items"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "items": {"type": "array", "items": dialect.reference(ITEM)},
        },
        "x-kubernetes-group-version-kind": [kind()],
    });
    let item = json!({
        "type": "object",
        "description": "one value of an external metric",
        "required": ["metricName", "metricLabels", "timestamp", "value"],
        "properties": {
            "metricName": {"type": "string", "description": "the signal's name"},
            "metricLabels": {"type": "object", "additionalProperties": {"type": "string"}},
            "timestamp": {"type": "string", "format": "date-time", "description": "when the broker was read"},
            "window": {"type": "integer", "format": "int64", "description": "the seconds over which a rate is computed"},
            "value": {"type": "string", "description": "the value as a Kubernetes quantity"},
        },
    });
    Map::from_iter([(LIST.to_owned(), list), (ITEM.to_owned(), item)])
}
