//! The table of served API groups. A new group is one row, and one file with what is served below it.

use futures_util::future::BoxFuture;
use http::HeaderMap;

use super::dialect::{Description, Dialect};
use crate::api::wire::group::GroupVersion;
use crate::api::wire::query::Query;
use crate::api::wire::reply::Reply;
use crate::api::wire::status::Status;

/// A row of the table: one version of one API group.
pub struct Group {
    /// The group and version.
    pub api: GroupVersion,
    /// The kind of object with which the group's resources are answered.
    pub kind: &'static str,
    /// The resources, in the order of the discovery documents.
    pub resources: &'static [&'static str],
    /// What is served below `/apis/GROUP/VERSION`.
    pub content: Box<dyn Content>,
}

/// What is served below `/apis/GROUP/VERSION`.
pub trait Content: Send + Sync {
    /// Whether something is served at the path with these segments below the version.
    fn is_at(&self, below: &[&str]) -> bool;

    /// Answers a `GET` of such a path by a caller who is allowed to send it.
    fn get<'a>(
        &'a self,
        below: &'a [&'a str],
        query: Query<'a>,
        headers: &'a HeaderMap,
    ) -> BoxFuture<'a, Result<Reply, Status>>;

    /// The OpenAPI description of these resources.
    fn describe(&self, resources: &[&str], dialect: Dialect) -> Description;
}

/// The table of served groups.
pub struct Groups {
    rows: Vec<Group>,
    versions: Vec<GroupVersion>,
}

impl Groups {
    /// The table with these rows. Of several versions of a group the first is the preferred one.
    pub fn new(rows: Vec<Group>) -> Self {
        let versions = rows.iter().map(|row| row.api).collect();
        Self { rows, versions }
    }

    /// All rows.
    pub fn rows(&self) -> &[Group] {
        &self.rows
    }

    /// The versions of all rows.
    pub fn versions(&self) -> &[GroupVersion] {
        &self.versions
    }

    /// The row of a version.
    pub fn find(&self, group: &str, version: &str) -> Option<&Group> {
        self.rows.iter().find(|row| row.api.group == group && row.api.version == version)
    }

    /// The names of all groups, each once, in the order of the table.
    pub fn names(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for row in &self.rows {
            if !names.contains(&row.api.group) {
                names.push(row.api.group);
            }
        }
        names
    }

    /// The rows of one group.
    pub fn of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Group> {
        self.rows.iter().filter(move |row| row.api.group == name)
    }
}
