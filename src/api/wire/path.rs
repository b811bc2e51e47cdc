//! A request's path.

use super::encoding::unescape;
use super::group::GroupVersion;

/// A request's path, decoded as a whole before it is split: an escaped `/` separates segments like any other, as in Go's
/// servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The decoded path, against which rules for non-resource URLs are matched.
    pub text: String,
}

impl Path {
    /// Decodes a URI's path. `None` if an escape is malformed or the result is not UTF-8.
    pub fn decode(raw: &str) -> Option<Self> {
        unescape(raw).map(|text| Self { text })
    }

    /// The segments. A trailing slash makes no difference.
    pub fn segments(&self) -> Vec<&str> {
        self.text.trim_matches('/').split('/').collect()
    }

    /// Splits a path below `/apis/GROUP/VERSION` into that version, if it is among `served`, and the segments below it, of
    /// which there is at least one.
    pub fn below_version(&self, served: &[GroupVersion]) -> Option<(GroupVersion, Vec<&str>)> {
        match *self.segments() {
            ["apis", group, version, ref below @ ..] if !below.is_empty() => {
                let found = served.iter().find(|served| served.group == group && served.version == version)?;
                Some((*found, below.to_vec()))
            }
            _ => None,
        }
    }
}
