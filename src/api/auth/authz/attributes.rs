//! What a request wants to do, in the terms of RBAC rules.

use http::Method;
use serde::{Serialize, Serializer};

use crate::api::auth::caller::Caller;
use crate::api::wire::group::GroupVersion;
use crate::api::wire::path::Path;
use crate::api::wire::query::Query;
use crate::api::wire::status::Status;

/// What is authorized.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Attributes {
    /// A resource of a served group. Label and field selectors are left out, so that the question is the wider one: whether
    /// all objects may be read.
    Resource {
        /// The group and version.
        #[serde(serialize_with = "as_text")]
        api: GroupVersion,
        /// `list` for values, whose path does not name a single object.
        verb: &'static str,
        /// The namespace; empty outside of one.
        namespace: String,
        /// The metric's name in lower case, as the autoscaler's client writes it.
        resource: String,
        /// The object's name; empty if there is none.
        name: String,
        /// The subresource; empty if there is none.
        subresource: String,
    },
    /// Any other path.
    NonResource {
        /// The method in lower case.
        verb: String,
        /// The decoded path.
        path: String,
    },
}

impl Attributes {
    /// What a request to a server with these groups wants to do.
    pub fn of(method: &Method, path: &Path, query: Query<'_>, served: &[GroupVersion]) -> Self {
        let Some((api, below)) = path.below_version(served) else {
            return Self::NonResource { verb: method.as_str().to_lowercase(), path: path.text.clone() };
        };
        let (namespace, rest) = match *below {
            // For Kubernetes a namespace is an object in itself.
            ["namespaces", name] => (name, &below[..]),
            ["namespaces", namespace, _, ..] => (namespace, &below[2..]),
            _ => ("", &below[..]),
        };
        let part = |index: usize| rest.get(index).copied().unwrap_or_default().to_owned();
        let named = rest.len() > 1;
        Self::Resource {
            api,
            verb: verb(method, named, query.is_watch()),
            namespace: namespace.to_owned(),
            resource: part(0).to_lowercase(),
            name: part(1),
            subresource: part(2),
        }
    }

    /// The denial of this to a caller, in the words of the Kubernetes API server.
    pub(in crate::api::auth) fn denied(&self, caller: &Caller, why: &str) -> Status {
        let because = if why.is_empty() { String::new() } else { format!(": {why}") };
        let user = &caller.name;
        match self {
            Self::NonResource { verb, path } => {
                Status::forbidden(format!("forbidden: User {user:?} cannot {verb} path {path:?}{because}"))
            }
            Self::Resource { api, verb, namespace, resource, name, subresource } => {
                let group = api.group;
                let whole = if subresource.is_empty() { resource.clone() } else { format!("{resource}/{subresource}") };
                let scope = if namespace.is_empty() {
                    "at the cluster scope".to_owned()
                } else {
                    format!("in the namespace {namespace:?}")
                };
                let named = if name.is_empty() { String::new() } else { format!(" {name:?}") };
                let message = format!(
                    "{resource}.{group}{named} is forbidden: User {user:?} cannot {verb} resource {whole:?} in API group \
                     {group:?} {scope}{because}"
                );
                Status::forbidden(message).about(*api, resource)
            }
        }
    }
}

fn as_text<S: Serializer>(api: &GroupVersion, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(api)
}

/// The verb of RBAC rules for a method.
fn verb(method: &Method, named: bool, watch: bool) -> &'static str {
    match *method {
        Method::GET | Method::HEAD if watch => "watch",
        Method::GET | Method::HEAD if named => "get",
        Method::GET | Method::HEAD => "list",
        Method::POST => "create",
        Method::PUT => "update",
        Method::PATCH => "patch",
        Method::DELETE if named => "delete",
        Method::DELETE => "deletecollection",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const API: GroupVersion = GroupVersion { group: "external.metrics.k8s.io", version: "v1beta1" };

    #[track_caller]
    fn check(method: &Method, uri: &str, expected: [&str; 5]) {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let path = Path::decode(&format!("/apis/external.metrics.k8s.io/v1beta1/{path}")).expect("a valid path");
        let [verb, namespace, resource, name, subresource] = expected;
        match Attributes::of(method, &path, Query::new(Some(query)), &[API]) {
            Attributes::Resource { api: API, verb: v, namespace: ns, resource: r, name: n, subresource: s } => {
                assert_eq!([v, &ns, &r, &n, &s], [verb, namespace, resource, name, subresource], "{uri}");
            }
            other => panic!("{uri}: {other:?}"),
        }
    }

    #[test]
    fn reading_values_is_listing_the_metric_in_its_namespace() {
        check(&Method::GET, "namespaces/shop/Backlog_X", ["list", "shop", "backlog_x", "", ""]);
        check(&Method::GET, "namespaces/shop/status/", ["list", "shop", "status", "", ""]);
        check(&Method::GET, "namespaces/shop/m?watch=true", ["watch", "shop", "m", "", ""]);
        check(&Method::GET, "namespaces/shop/m?watch=false", ["list", "shop", "m", "", ""]);
        check(&Method::DELETE, "namespaces/shop/m", ["deletecollection", "shop", "m", "", ""]);
        check(&Method::POST, "namespaces/shop/m", ["create", "shop", "m", "", ""]);
    }

    #[test]
    fn other_paths_of_the_group_are_resources_too() {
        check(&Method::GET, "m", ["list", "", "m", "", ""]);
        check(&Method::GET, "namespaces/shop", ["get", "shop", "namespaces", "shop", ""]);
        check(&Method::GET, "namespaces/shop/a/b/c", ["get", "shop", "a", "b", "c"]);
    }

    #[test]
    fn everything_else_is_a_path() {
        let path = Path::decode("/apis/external.metrics.k8s.io/v1beta1").expect("a valid path");
        let text = path.text.clone();
        let expected = Attributes::NonResource { verb: "get".to_owned(), path: text };
        assert_eq!(Attributes::of(&Method::GET, &path, Query::new(None), &[API]), expected);
        let path = Path::decode("/apis/external.metrics.k8s.io/v1beta1/m").expect("a valid path");
        let elsewhere = Attributes::of(&Method::GET, &path, Query::new(None), &[]);
        assert!(matches!(elsewhere, Attributes::NonResource { .. }), "{elsewhere:?}");
    }

    #[test]
    fn a_denial_names_the_object_and_the_scope() {
        let caller = Caller { name: "u".to_owned(), ..Caller::default() };
        let attributes = Attributes::Resource {
            api: API,
            verb: "get",
            namespace: String::new(),
            resource: "a".to_owned(),
            name: "b".to_owned(),
            subresource: "c".to_owned(),
        };
        assert_eq!(
            attributes.denied(&caller, "").message,
            "a.external.metrics.k8s.io \"b\" is forbidden: User \"u\" cannot get resource \"a/c\" in API group \
             \"external.metrics.k8s.io\" at the cluster scope"
        );
    }
}
