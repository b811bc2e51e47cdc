//! What a path asks for.

use percent_encoding::percent_decode_str;

use super::{GROUP, VERSION};

/// A request's path, decoded as a whole before it is split: an escaped `/` separates like any other, as in Go's servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// The decoded path, which is what non-resource rules are written about.
    pub(super) text: String,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// `/`: which paths there are.
    Index,
    /// `/apis`: the groups, plain or aggregated.
    Groups,
    /// `/apis/GROUP`
    Group,
    /// `/apis/GROUP/VERSION`: the signals as resources.
    Resources,
    /// `/apis/GROUP/VERSION/namespaces/NAMESPACE/METRIC`
    Values {
        /// The metric's name as it was written; names are compared without regard to case.
        metric: &'a str,
    },
    /// Anything else below `/apis/GROUP/VERSION`.
    UnknownResource,
    /// `/openapi/v2`
    OpenApiV2,
    /// `/openapi/v3`
    OpenApiV3,
    /// `/openapi/v3/apis/GROUP/VERSION`
    OpenApiV3Version,
    /// `/livez`, `/readyz` or `/healthz`, or one check of them.
    Health {
        /// Which of the three.
        probe: Probe,
        /// The one check that is asked for.
        check: Option<&'a str>,
    },
    /// `/version`
    Version,
    /// Anything else.
    Unknown,
}

/// The three health endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Probe {
    /// `/livez`
    Live,
    /// `/readyz`
    Ready,
    /// `/healthz`, the old name of `/livez`.
    Health,
}

// === impl Path ===

impl Path {
    /// Decodes a URI's path; none when an escape is broken or the result is no UTF-8.
    pub(super) fn decode(raw: &str) -> Option<Self> {
        unescape(raw).map(|text| Self { text })
    }

    /// The segments, without regard to a slash at the end.
    pub(super) fn segments(&self) -> Vec<&str> {
        self.text.trim_matches('/').split('/').collect()
    }

    /// The segments below `/apis/GROUP/VERSION`, if that is where the path leads.
    pub(super) fn below_version(&self) -> Option<Vec<&str>> {
        match *self.segments() {
            ["apis", GROUP, VERSION, first, ref rest @ ..] => Some([&[first], rest].concat()),
            _ => None,
        }
    }

    /// What the path asks for.
    pub(super) fn route(&self) -> Route<'_> {
        if let Some(below) = self.below_version() {
            return match *below {
                ["namespaces", namespace, metric] if !namespace.is_empty() && !metric.is_empty() => {
                    Route::Values { metric }
                }
                _ => Route::UnknownResource,
            };
        }
        let segments = self.segments();
        if let Some(probe) = segments.first().and_then(|first| Probe::named(first)) {
            return match *segments {
                [_] => Route::Health { probe, check: None },
                [_, check] => Route::Health { probe, check: Some(check) },
                _ => Route::Unknown,
            };
        }
        match *segments {
            [""] => Route::Index,
            ["apis"] => Route::Groups,
            ["apis", GROUP] => Route::Group,
            ["apis", GROUP, VERSION] => Route::Resources,
            ["openapi", "v2"] => Route::OpenApiV2,
            ["openapi", "v3"] => Route::OpenApiV3,
            ["openapi", "v3", "apis", GROUP, VERSION] => Route::OpenApiV3Version,
            ["version"] => Route::Version,
            _ => Route::Unknown,
        }
    }
}

// === impl Route ===

impl Route<'_> {
    /// The kind of path, as one of a closed set of words to count by.
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Values { .. } => "values",
            Self::Index | Self::Groups | Self::Group | Self::Resources => "discovery",
            Self::OpenApiV2 | Self::OpenApiV3 | Self::OpenApiV3Version => "openapi",
            Self::Health { .. } => "health",
            Self::Version => "version",
            Self::UnknownResource | Self::Unknown => "unknown",
        }
    }
}

// === impl Probe ===

impl Probe {
    /// The endpoint's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Live => "livez",
            Self::Ready => "readyz",
            Self::Health => "healthz",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Live, Self::Ready, Self::Health].into_iter().find(|probe| probe.name() == name)
    }
}

/// A text without its percent-escapes; none when one of them is broken or the result is no UTF-8.
pub(super) fn unescape(raw: &str) -> Option<String> {
    let mut rest = raw;
    while let Some((_, escape)) = rest.split_once('%') {
        if !escape.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            return None;
        }
        rest = escape;
    }
    Some(percent_decode_str(raw).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "/apis/external.metrics.k8s.io/v1beta1";

    #[track_caller]
    fn check(raw: &str, expected: &Route<'_>) {
        let path = Path::decode(raw).expect("a valid path");
        assert_eq!(&path.route(), expected, "{raw}");
    }

    #[test]
    fn one_segment_of_any_characters_is_a_metric() {
        for (raw, metric) in [("m", "m"), ("s0-rabbitmq%7C%3A%20~%C3%BC", "s0-rabbitmq|: ~ü"), ("status", "status")] {
            check(&format!("{BASE}/namespaces/foo/{raw}"), &Route::Values { metric });
            check(&format!("{BASE}/namespaces/foo/{raw}/"), &Route::Values { metric });
        }
    }

    #[test]
    fn other_paths_below_the_version_are_unknown() {
        for path in ["foo", "namespaces/foo", "namespaces/foo/a%2Fb", "namespaces/foo/a/b", "namespaces//a"] {
            check(&format!("{BASE}/{path}"), &Route::UnknownResource);
        }
    }

    #[test]
    fn slash_forms_are_the_same() {
        for slash in ["", "/"] {
            check(&format!("/apis{slash}"), &Route::Groups);
            check(&format!("/apis/external.metrics.k8s.io{slash}"), &Route::Group);
            check(&format!("{BASE}{slash}"), &Route::Resources);
            check(&format!("/openapi/v3{BASE}{slash}"), &Route::OpenApiV3Version);
        }
        check("/", &Route::Index);
        check("/readyz/ping", &Route::Health { probe: Probe::Ready, check: Some("ping") });
        check("/metrics", &Route::Unknown);
        check("/apis/custom.metrics.k8s.io/v1beta1", &Route::Unknown);
    }

    #[test]
    fn broken_escapes_are_refused() {
        for raw in ["/%", "/%2", "/%zz", "/a%+1", "/%ff"] {
            assert_eq!(Path::decode(raw), None, "{raw}");
        }
    }
}
