//! What there is to ask for: the signals as resources of the group, in the plain and in the aggregated form.
//!
//! The aggregator reads the aggregated form every minute; a list without the group would be taken for a group without
//! resources, so the two forms are built from the same table.

use http::HeaderMap;
use serde_json::{Value, json};

use super::accept::{self, Form};
use super::document::Document;
use super::reply::Reply;
use super::status::Status;
use super::{GROUP, VERSION};

const AGGREGATED_TYPE: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// The resource that stands for all when there are no signals: some clients take an empty list for a broken server.
const PLACEHOLDER: &[&str] = &["externalmetrics"];

/// The discovery documents, built once.
#[derive(Debug)]
pub(super) struct Discovery {
    index: Document,
    groups: Document,
    aggregated: Document,
    group: Document,
    resources: Document,
}

impl Discovery {
    /// The documents about these signals, in their order.
    pub(super) fn new(signals: &[&str]) -> Self {
        let signals = if signals.is_empty() { PLACEHOLDER } else { signals };
        let plain = |value: &Value| Document::new("application/json", value);
        let version = json!({"groupVersion": format!("{GROUP}/{VERSION}"), "version": VERSION});
        let group = json!({"name": GROUP, "versions": [version], "preferredVersion": version});
        let mut whole = group.clone();
        whole["kind"] = "APIGroup".into();
        whole["apiVersion"] = "v1".into();
        Self {
            index: plain(&index()),
            groups: plain(&json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": [group]})),
            aggregated: Document::new(AGGREGATED_TYPE, &aggregated(signals)),
            group: plain(&whole),
            resources: plain(&resources(signals)),
        }
    }

    /// `/`
    pub(super) fn index(&self, headers: &HeaderMap) -> Result<Reply, Status> {
        accept::json(headers).map(|()| self.index.serve(headers))
    }

    /// `/apis`
    pub(super) fn groups(&self, headers: &HeaderMap) -> Result<Reply, Status> {
        let document = match accept::group_list(headers)? {
            Form::Plain => &self.groups,
            Form::Aggregated => &self.aggregated,
        };
        Ok(document.serve(headers))
    }

    /// `/apis/GROUP`
    pub(super) fn group(&self, headers: &HeaderMap) -> Result<Reply, Status> {
        accept::json(headers).map(|()| self.group.serve(headers))
    }

    /// `/apis/GROUP/VERSION`
    pub(super) fn resources(&self, headers: &HeaderMap) -> Result<Reply, Status> {
        accept::json(headers).map(|()| self.resources.serve(headers))
    }
}

fn index() -> Value {
    json!({"paths": [
        "/apis",
        format!("/apis/{GROUP}"),
        format!("/apis/{GROUP}/{VERSION}"),
        "/healthz",
        "/livez",
        "/openapi/v2",
        "/openapi/v3",
        format!("/openapi/v3/apis/{GROUP}/{VERSION}"),
        "/readyz",
        "/version",
    ]})
}

fn resources(signals: &[&str]) -> Value {
    let resources: Vec<_> = signals
        .iter()
        .map(|name| {
            json!({
                "name": name,
                "singularName": "",
                "namespaced": true,
                "kind": "ExternalMetricValueList",
                "verbs": ["get", "list"],
            })
        })
        .collect();
    json!({
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": format!("{GROUP}/{VERSION}"),
        "resources": resources,
    })
}

fn aggregated(signals: &[&str]) -> Value {
    let resources: Vec<_> = signals
        .iter()
        .map(|name| {
            json!({
                "resource": name,
                "responseKind": {"group": "", "version": "", "kind": "ExternalMetricValueList"},
                "scope": "Namespaced",
                "singularResource": "",
                "verbs": ["get", "list"],
            })
        })
        .collect();
    json!({
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": [{
            "metadata": {"name": GROUP, "creationTimestamp": null},
            "versions": [{"version": VERSION, "resources": resources, "freshness": "Current"}],
        }],
    })
}
