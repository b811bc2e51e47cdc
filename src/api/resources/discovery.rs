//! The discovery documents: the groups, versions and resources, in the plain and in the aggregated form.
//!
//! The aggregator reads the aggregated form every minute and treats a group that it lacks as one without resources, so both
//! forms are built from the same table.

use http::HeaderMap;
use serde_json::{Value, json};

use super::group::{Group, Groups};
use crate::api::wire::accept::{self, Form};
use crate::api::wire::document::Document;
use crate::api::wire::group::GroupVersion;
use crate::api::wire::reply::Reply;
use crate::api::wire::status::Status;

const AGGREGATED_TYPE: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// The discovery documents, built once.
pub struct Discovery {
    index: Document,
    list: Document,
    aggregated: Document,
    groups: Vec<(&'static str, Document)>,
    resources: Vec<(GroupVersion, Document)>,
}

impl Discovery {
    /// The documents of these groups.
    pub fn new(groups: &Groups) -> Self {
        let plain = |value: &Value| Document::new("application/json", value);
        let all: Vec<Value> = groups.names().iter().map(|name| group(name, groups)).collect();
        let aggregated_items: Vec<Value> = groups.names().iter().map(|name| aggregated_group(name, groups)).collect();
        let whole = |name: &&'static str| {
            let mut group = group(name, groups);
            group["kind"] = "APIGroup".into();
            group["apiVersion"] = "v1".into();
            (*name, plain(&group))
        };
        Self {
            index: plain(&index(groups)),
            list: plain(&json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": all})),
            aggregated: Document::new(
                AGGREGATED_TYPE,
                &json!({
                    "kind": "APIGroupDiscoveryList",
                    "apiVersion": "apidiscovery.k8s.io/v2",
                    "metadata": {},
                    "items": aggregated_items,
                }),
            ),
            groups: groups.names().iter().map(whole).collect(),
            resources: groups.rows().iter().map(|row| (row.api, plain(&resources(row)))).collect(),
        }
    }

    /// `/`
    pub fn index(&self, headers: &HeaderMap) -> Result<Reply, Status> {
        accept::json(headers).map(|()| self.index.serve(headers))
    }

    /// `/apis`
    pub fn groups(&self, headers: &HeaderMap) -> Result<Reply, Status> {
        let document = match accept::group_list(headers)? {
            Form::Plain => &self.list,
            Form::Aggregated => &self.aggregated,
        };
        Ok(document.serve(headers))
    }

    /// `/apis/GROUP`
    pub fn group(&self, name: &str, headers: &HeaderMap) -> Result<Reply, Status> {
        accept::json(headers)?;
        let (_, document) = self.groups.iter().find(|(own, _)| *own == name).ok_or_else(Status::not_found)?;
        Ok(document.serve(headers))
    }

    /// `/apis/GROUP/VERSION`
    pub fn resources(&self, api: GroupVersion, headers: &HeaderMap) -> Result<Reply, Status> {
        accept::json(headers)?;
        let (_, document) = self.resources.iter().find(|(own, _)| *own == api).ok_or_else(Status::not_found)?;
        Ok(document.serve(headers))
    }
}

fn index(groups: &Groups) -> Value {
    let fixed = ["/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"];
    let mut paths: Vec<String> = fixed.iter().map(|path| (*path).to_owned()).collect();
    paths.extend(groups.names().iter().map(|name| format!("/apis/{name}")));
    for api in groups.versions() {
        paths.extend([format!("/apis/{api}"), format!("/openapi/v3/apis/{api}")]);
    }
    paths.sort();
    json!({"paths": paths})
}

/// The entry of a group in the plain list.
fn group(name: &str, groups: &Groups) -> Value {
    let versions: Vec<Value> =
        groups.of(name).map(|row| json!({"groupVersion": row.api.to_string(), "version": row.api.version})).collect();
    json!({"name": name, "versions": versions, "preferredVersion": versions.first()})
}

fn resources(row: &Group) -> Value {
    let resources: Vec<_> = row
        .resources
        .iter()
        .map(|name| {
            json!({
                "name": name,
                "singularName": "",
                "namespaced": true,
                "kind": row.kind,
                "verbs": ["get", "list"],
            })
        })
        .collect();
    json!({
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": row.api.to_string(),
        "resources": resources,
    })
}

/// The entry of a group in the aggregated list.
fn aggregated_group(name: &str, groups: &Groups) -> Value {
    let versions: Vec<Value> = groups.of(name).map(aggregated_version).collect();
    json!({"metadata": {"name": name, "creationTimestamp": null}, "versions": versions})
}

fn aggregated_version(row: &Group) -> Value {
    let resources: Vec<_> = row
        .resources
        .iter()
        .map(|name| {
            json!({
                "resource": name,
                "responseKind": {"group": "", "version": "", "kind": row.kind},
                "scope": "Namespaced",
                "singularResource": "",
                "verbs": ["get", "list"],
            })
        })
        .collect();
    json!({"version": row.api.version, "resources": resources, "freshness": "Current"})
}
