//! The wire types of `external.metrics.k8s.io/v1beta1`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::group::GroupVersion;
use leveret_core::catalog::Item;

/// The values of one metric. `items` is never null.
#[derive(Serialize)]
pub struct ExternalMetricValueList<'a> {
    kind: &'static str,
    #[serde(rename = "apiVersion")]
    api_version: String,
    metadata: Empty,
    items: Vec<ExternalMetricValue<'a>>,
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExternalMetricValue<'a> {
    metric_name: &'a str,
    metric_labels: BTreeMap<&'static str, &'a str>,
    timestamp: String,
    value: String,
}

impl<'a> ExternalMetricValueList<'a> {
    /// The items of a metric, as an object of this version.
    pub fn new(api: GroupVersion, metric: &'a str, items: &'a [Item]) -> Self {
        let items = items.iter().map(|item| ExternalMetricValue {
            metric_name: metric,
            metric_labels: item.labels.iter().map(|(key, value)| (*key, value.as_str())).collect(),
            timestamp: to_seconds(item.at.wall()),
            value: item.value.to_string(),
        });
        Self {
            kind: "ExternalMetricValueList",
            api_version: api.to_string(),
            metadata: Empty {},
            items: items.collect(),
        }
    }
}

/// RFC 3339 in UTC in whole seconds, the format of Kubernetes.
fn to_seconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use leveret_core::Moment;

    #[test]
    fn an_answer_on_the_wire() {
        let at = Moment::new(Duration::ZERO, "2026-01-02T03:04:05.678Z".parse().expect("a time"));
        let labels = vec![("queue", "orders".to_owned()), ("broker", "main".to_owned())];
        let items = [Item { labels, at, value: leveret_core::quantity::Milli::new(1500) }];
        let api = GroupVersion { group: "external.metrics.k8s.io", version: "v1beta1" };
        let list = ExternalMetricValueList::new(api, "rabbitmq_queue_publish_rate", &items);
        assert_eq!(
            serde_json::to_string(&list).expect("serializable"),
            r#"{"kind":"ExternalMetricValueList","apiVersion":"external.metrics.k8s.io/v1beta1","metadata":{},"items":[{"metricName":"rabbitmq_queue_publish_rate","metricLabels":{"broker":"main","queue":"orders"},"timestamp":"2026-01-02T03:04:05Z","value":"1500m"}]}"#
        );
        let none = serde_json::to_string(&ExternalMetricValueList::new(api, "m", &[])).expect("serializable");
        assert!(none.ends_with(r#""metadata":{},"items":[]}"#), "{none}");
    }
}
