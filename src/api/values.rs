//! The values of one metric: the question as Kubernetes clients put it, and the catalog's answer.

use http::HeaderMap;

use super::accept;
use super::query::Query;
use super::reply::{self, Reply};
use super::status::Status;
use super::types::ExternalMetricValueList;
use leveret_core::catalog::{Item, Refusal};

/// What is known about metrics. Answers from memory, at once.
pub trait Answers: Send + Sync {
    /// The numbers for a metric and a label selector in its text form (empty when none was given), or why there are none.
    /// The metric's name is in lower case.
    fn answer(&self, metric: &str, selector: &str) -> Result<Vec<Item>, Refusal>;
}

/// Answers one question by a caller who may ask it.
pub(super) fn serve(
    answers: &dyn Answers,
    metric: &str,
    query: Query<'_>,
    headers: &HeaderMap,
) -> Result<Reply, Status> {
    accept::json(headers)?;
    check(query)?;
    let metric = metric.to_lowercase();
    let selector = query.get("labelSelector").unwrap_or_default();
    let items = answers.answer(&metric, &selector).map_err(|refusal| Status::refused(&metric, refusal))?;
    reply::json(&ExternalMetricValueList::new(&metric, &items))
}

/// Whether a list request asks to watch. `watch` without a value means yes, as for the Kubernetes API server.
pub(super) fn is_watch(query: Query<'_>) -> bool {
    query.all("watch").next().is_some_and(|value| !matches!(&*value, "0" | "f" | "F" | "false" | "False" | "FALSE"))
}

/// Refuses the parameters of a list request that have no meaning here; paging and versions are accepted and ignored.
fn check(query: Query<'_>) -> Result<(), Status> {
    if is_watch(query) {
        return Err(Status::watch_not_supported());
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
