//! What a path refers to.

use super::resources::group::Groups;
use super::resources::health::Probe;
use super::wire::group::GroupVersion;
use super::wire::path::Path;

/// What a path refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route<'a> {
    /// `/`: the list of paths.
    Index,
    /// `/apis`: the groups, plain or aggregated.
    Groups,
    /// `/apis/GROUP`
    Group(&'static str),
    /// `/apis/GROUP/VERSION`: the list of resources.
    Resources(GroupVersion),
    /// A path below `/apis/GROUP/VERSION` at which the group serves something.
    Values {
        /// The group and version.
        api: GroupVersion,
        /// The segments below the version.
        below: Vec<&'a str>,
    },
    /// `/openapi/v2`
    OpenApiV2,
    /// `/openapi/v3`
    OpenApiV3,
    /// `/openapi/v3/apis/GROUP/VERSION`
    OpenApiV3Version(GroupVersion),
    /// `/livez`, `/readyz` or `/healthz`, or one check of them.
    Health {
        /// Which of the three.
        probe: Probe,
        /// The check that is requested by its own path.
        check: Option<&'a str>,
    },
    /// `/version`
    Version,
    /// Any other path.
    Unknown,
}

impl<'a> Route<'a> {
    /// What a path refers to in a server of these groups.
    pub fn of(path: &'a Path, groups: &Groups) -> Self {
        if let Some((api, below)) = path.below_version(groups.versions()) {
            let served = groups.find(api.group, api.version).is_some_and(|row| row.content.is_at(&below));
            return if served { Self::Values { api, below } } else { Self::Unknown };
        }
        let segments = path.segments();
        if let Some(probe) = segments.first().and_then(|first| Probe::named(first)) {
            return match *segments {
                [_] => Self::Health { probe, check: None },
                [_, check] => Self::Health { probe, check: Some(check) },
                _ => Self::Unknown,
            };
        }
        let version = |group: &str, version: &str| groups.find(group, version).map(|row| row.api);
        match *segments {
            [""] => Self::Index,
            ["apis"] => Self::Groups,
            ["apis", name] => groups.of(name).next().map_or(Self::Unknown, |row| Self::Group(row.api.group)),
            ["apis", group, name] => version(group, name).map_or(Self::Unknown, Self::Resources),
            ["openapi", "v2"] => Self::OpenApiV2,
            ["openapi", "v3"] => Self::OpenApiV3,
            ["openapi", "v3", "apis", group, name] => {
                version(group, name).map_or(Self::Unknown, Self::OpenApiV3Version)
            }
            ["version"] => Self::Version,
            _ => Self::Unknown,
        }
    }

    /// The kind of path, as a metric label: one of a closed set of words.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Values { .. } => "values",
            Self::Index | Self::Groups | Self::Group(_) | Self::Resources(_) => "discovery",
            Self::OpenApiV2 | Self::OpenApiV3 | Self::OpenApiV3Version(_) => "openapi",
            Self::Health { .. } => "health",
            Self::Version => "version",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::resources::values::EXTERNAL_METRICS;
    use crate::api::tests::groups::two_groups;

    const BASE: &str = "/apis/external.metrics.k8s.io/v1beta1";

    #[track_caller]
    fn check(raw: &str, expected: &Route<'_>) {
        let path = Path::decode(raw).expect("a valid path");
        assert_eq!(&Route::of(&path, &two_groups()), expected, "{raw}");
    }

    #[test]
    fn a_path_below_a_version_is_its_groups() {
        for (raw, metric) in [("m", "m"), ("s0-rabbitmq%7C%3A%20~%C3%BC", "s0-rabbitmq|: ~ü"), ("status", "status")] {
            let expected = Route::Values { api: EXTERNAL_METRICS, below: vec!["namespaces", "foo", metric] };
            check(&format!("{BASE}/namespaces/foo/{raw}"), &expected);
            check(&format!("{BASE}/namespaces/foo/{raw}/"), &expected);
        }
        for path in ["foo", "namespaces/foo", "namespaces/foo/a%2Fb", "namespaces/foo/a/b", "namespaces//a"] {
            check(&format!("{BASE}/{path}"), &Route::Unknown);
        }
    }

    #[test]
    fn slash_forms_are_the_same() {
        for slash in ["", "/"] {
            check(&format!("/apis{slash}"), &Route::Groups);
            check(&format!("/apis/external.metrics.k8s.io{slash}"), &Route::Group("external.metrics.k8s.io"));
            check(&format!("{BASE}{slash}"), &Route::Resources(EXTERNAL_METRICS));
            check(&format!("/openapi/v3{BASE}{slash}"), &Route::OpenApiV3Version(EXTERNAL_METRICS));
        }
        check("/", &Route::Index);
        check("/readyz/ping", &Route::Health { probe: Probe::Ready, check: Some("ping") });
        check("/metrics", &Route::Unknown);
        check("/apis/custom.metrics.k8s.io/v1beta1", &Route::Unknown);
    }
}
