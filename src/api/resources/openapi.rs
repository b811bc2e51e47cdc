//! The OpenAPI documents, versions 2 and 3, of the served groups.
//!
//! The aggregator merges them into the cluster's own document, key by key, so they must not contain a path or a definition of
//! another server. They must never be answered with 404 either: the aggregator would not ask again.

use http::header::{CACHE_CONTROL, EXPIRES};
use http::{HeaderMap, HeaderValue};
use serde_json::{Map, Value, json};

use super::dialect::{Description, Dialect};
use super::group::{Group, Groups};
use crate::api::wire::accept;
use crate::api::wire::document::Document;
use crate::api::wire::group::GroupVersion;
use crate::api::wire::query::Query;
use crate::api::wire::reply::Reply;
use crate::api::wire::status::Status;
use leveret_core::Moment;

/// How long a document that is requested by its own hash may be cached.
const YEAR: std::time::Duration = std::time::Duration::from_secs(365 * 24 * 3600);

/// The documents, built once.
pub struct OpenApi {
    v2: Document,
    v3_root: Document,
    v3: Vec<(GroupVersion, Document)>,
}

impl OpenApi {
    /// The documents of these groups.
    pub fn new(groups: &Groups) -> Self {
        let plain = |value: &Value| Document::new("application/json", value);
        let v3: Vec<_> = groups.rows().iter().map(|row| (row.api, plain(&version_3(row)))).collect();
        let links: Map<_, _> = v3
            .iter()
            .map(|(api, document)| {
                let link = format!("/openapi/v3/apis/{api}?hash={}", document.hash());
                (format!("apis/{api}"), json!({"serverRelativeURL": link}))
            })
            .collect();
        Self { v2: plain(&version_2(groups)), v3_root: plain(&json!({"paths": links})), v3 }
    }

    /// `/openapi/v2`
    pub fn v2(&self, headers: &HeaderMap) -> Result<Reply, Status> {
        accept::json(headers).map(|()| self.v2.serve(headers))
    }

    /// `/openapi/v3`
    pub fn v3_root(&self, headers: &HeaderMap) -> Result<Reply, Status> {
        accept::json(headers).map(|()| self.v3_root.serve(headers))
    }

    /// `/openapi/v3/apis/GROUP/VERSION`. A hash that is not the document's is ignored, because the Kubernetes API server in
    /// between would refuse a redirect to the right one.
    pub fn v3(&self, api: GroupVersion, headers: &HeaderMap, query: Query<'_>, now: Moment) -> Result<Reply, Status> {
        accept::json(headers)?;
        let (_, document) = self.v3.iter().find(|(own, _)| *own == api).ok_or_else(Status::not_found)?;
        let mut reply = document.serve(headers);
        if query.get("hash").is_some_and(|hash| hash == document.hash()) {
            let expires = now.plus(YEAR).wall().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, immutable"));
            if let Ok(expires) = HeaderValue::try_from(expires) {
                reply.headers_mut().insert(EXPIRES, expires);
            }
        }
        Ok(reply)
    }
}

fn version_2(groups: &Groups) -> Value {
    let (mut paths, mut definitions) = (Map::new(), Map::new());
    for row in groups.rows() {
        let description = row.content.describe(row.resources, Dialect::V2);
        paths.extend(description.paths);
        definitions.extend(description.definitions);
    }
    json!({"swagger": "2.0", "info": info(), "paths": paths, "definitions": definitions})
}

fn version_3(row: &Group) -> Value {
    let Description { paths, definitions } = row.content.describe(row.resources, Dialect::V3);
    json!({"openapi": "3.0.0", "info": info(), "paths": paths, "components": {"schemas": definitions}})
}

fn info() -> Value {
    json!({"title": "Leveret", "version": env!("CARGO_PKG_VERSION")})
}
