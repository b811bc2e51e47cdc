//! `external.metrics.k8s.io/v1beta1`: the values of one metric.

mod schema;

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::HeaderMap;

use super::dialect::{Description, Dialect};
use super::group::{Content, Group};
use crate::api::wire::accept;
use crate::api::wire::group::GroupVersion;
use crate::api::wire::query::Query;
use crate::api::wire::reply::{self, Reply};
use crate::api::wire::status::Status;
use crate::api::wire::types::ExternalMetricValueList;
use leveret_core::catalog::{Item, Refusal};

/// The API of external metrics.
pub const EXTERNAL_METRICS: GroupVersion = GroupVersion { group: "external.metrics.k8s.io", version: "v1beta1" };

/// The kind of object that holds the values of a metric.
const KIND: &str = "ExternalMetricValueList";

/// The resource that is listed if there are no metrics: some clients take an empty list for a broken server.
const PLACEHOLDER: &[&str] = &["externalmetrics"];

/// Knows the values of metrics.
pub trait Answers: Send + Sync {
    /// The values of a metric for a label selector in its text form (empty if the request has none), or why there are none.
    /// The metric's name is in lower case. No broker is asked: the answer is ready at once, unless it is delegated.
    fn answer<'a>(&'a self, metric: &'a str, selector: &'a str) -> BoxFuture<'a, Result<Vec<Item>, Refusal>>;
}

/// The row of the table of groups that serves these metrics.
pub fn group(metrics: &'static [&'static str], answers: Arc<dyn Answers>) -> Group {
    Group {
        api: EXTERNAL_METRICS,
        kind: KIND,
        resources: if metrics.is_empty() { PLACEHOLDER } else { metrics },
        content: Box::new(ExternalMetrics(answers)),
    }
}

struct ExternalMetrics(Arc<dyn Answers>);

impl Content for ExternalMetrics {
    fn is_at(&self, below: &[&str]) -> bool {
        metric(below).is_some()
    }

    fn get<'a>(
        &'a self,
        below: &'a [&'a str],
        query: Query<'a>,
        headers: &'a HeaderMap,
    ) -> BoxFuture<'a, Result<Reply, Status>> {
        async move {
            let metric = metric(below).ok_or_else(Status::not_found)?.to_lowercase();
            accept::json(headers)?;
            check(query)?;
            let selector = query.get("labelSelector").unwrap_or_default();
            let items = self.0.answer(&metric, &selector).await;
            let items = items.map_err(|refusal| Status::refused(EXTERNAL_METRICS, &metric, refusal))?;
            reply::json(&ExternalMetricValueList::new(EXTERNAL_METRICS, &metric, &items))
        }
        .boxed()
    }

    fn describe(&self, resources: &[&str], dialect: Dialect) -> Description {
        schema::describe(resources, dialect)
    }
}

/// The metric of a path `namespaces/NAMESPACE/METRIC`, as it is written there: names are compared without regard to case.
fn metric<'a>(below: &[&'a str]) -> Option<&'a str> {
    match *below {
        ["namespaces", namespace, metric] if !namespace.is_empty() && !metric.is_empty() => Some(metric),
        _ => None,
    }
}

/// Refuses the parameters of a list request that are not supported. Those for paging and resource versions are ignored.
fn check(query: Query<'_>) -> Result<(), Status> {
    if query.is_watch() {
        return Err(Status::watch_not_supported(EXTERNAL_METRICS));
    }
    if let Some(selector) = query.get("fieldSelector")
        && let Some(field) = selector.split(',').find(|part| !is_known_field(part))
    {
        return Err(Status::bad_request(format!("field label not supported: `{field}`")));
    }
    if query.get("resourceVersionMatch").is_some() && query.get("resourceVersion").is_none() {
        return Err(Status::invalid("resourceVersionMatch is forbidden unless resourceVersion is provided"));
    }
    Ok(())
}

fn is_known_field(requirement: &str) -> bool {
    let field = requirement.split(['=', '!']).next().unwrap_or_default().trim();
    field.is_empty() || field == "metadata.name" || field == "metadata.namespace"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_segment_of_any_characters_is_a_metric() {
        for name in ["m", "s0-rabbitmq|: ~ü", "status"] {
            assert_eq!(metric(&["namespaces", "shop", name]), Some(name));
        }
        for other in [&["m"][..], &["namespaces", "shop"], &["namespaces", "shop", "a", "b"], &["namespaces", "", "m"]]
        {
            assert_eq!(metric(other), None, "{other:?}");
        }
    }
}
