//! The name of a version of an API group.

use std::fmt;

/// A version of an API group, such as `external.metrics.k8s.io/v1beta1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupVersion {
    /// The group's name.
    pub group: &'static str,
    /// The version's name.
    pub version: &'static str,
}

impl fmt::Display for GroupVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.group, self.version)
    }
}
