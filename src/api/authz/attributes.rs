//! What somebody wants to do, in the words that roles are written in.

use http::Method;
use serde::Serialize;

use crate::api::query::Query;
use crate::api::route::Path;
use crate::api::values;

/// What is to be decided about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Attributes {
    /// Something of the group and version that is served here. Label and field selectors are no part of it: the question
    /// is then the wider one, whether everything may be read.
    Resource {
        /// `list` for values, because their path names no single object.
        verb: &'static str,
        /// The namespace; empty outside of one.
        namespace: String,
        /// The metric's name in lower case, as the autoscaler's client writes it.
        resource: String,
        /// The object's name; empty when there is none.
        name: String,
        /// The part of the object; empty when there is none.
        subresource: String,
    },
    /// A path that is no resource.
    NonResource {
        /// The method in lower case.
        verb: String,
        /// The decoded path.
        path: String,
    },
}

impl Attributes {
    /// What a request wants to do.
    pub(in crate::api) fn of(method: &Method, path: &Path, query: Query<'_>) -> Self {
        let Some(below) = path.below_version() else {
            return Self::NonResource { verb: method.as_str().to_lowercase(), path: path.text.clone() };
        };
        let (namespace, rest) = match *below {
            // Kubernetes files a namespace as an object that lies in itself.
            ["namespaces", name] => (name, &below[..]),
            ["namespaces", namespace, _, ..] => (namespace, &below[2..]),
            _ => ("", &below[..]),
        };
        let part = |index: usize| rest.get(index).copied().unwrap_or_default().to_owned();
        let named = rest.len() > 1;
        Self::Resource {
            verb: verb(method, named, values::is_watch(query)),
            namespace: namespace.to_owned(),
            resource: part(0).to_lowercase(),
            name: part(1),
            subresource: part(2),
        }
    }
}

/// The role's word for a method.
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

    #[track_caller]
    fn check(method: &Method, uri: &str, expected: [&str; 5]) {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let path = Path::decode(&format!("/apis/external.metrics.k8s.io/v1beta1/{path}")).expect("a valid path");
        let [verb, namespace, resource, name, subresource] = expected;
        match Attributes::of(method, &path, Query::new(Some(query))) {
            Attributes::Resource { verb: v, namespace: ns, resource: r, name: n, subresource: s } => {
                assert_eq!([v, &ns, &r, &n, &s], [verb, namespace, resource, name, subresource], "{uri}");
            }
            other @ Attributes::NonResource { .. } => panic!("{uri}: {other:?}"),
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
        assert_eq!(Attributes::of(&Method::GET, &path, Query::new(None)), expected);
    }
}
