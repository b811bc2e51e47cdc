//! The user who sends a request.

use std::collections::BTreeMap;

use serde::Serialize;

/// The group whose members may do everything, without a review.
const MASTERS: &str = "system:masters";

/// The group of all authenticated users.
const AUTHENTICATED: &str = "system:authenticated";

/// The group of all unauthenticated users.
const UNAUTHENTICATED: &str = "system:unauthenticated";

/// The user of requests without credentials.
const ANONYMOUS: &str = "system:anonymous";

/// The user who sends a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Caller {
    /// The user's name, such as `system:serviceaccount:kube-system:horizontal-pod-autoscaler`.
    pub name: String,
    /// Distinguishes users of the same name over time, if the authenticator knows it.
    pub uid: Option<String>,
    /// The user's groups.
    pub groups: Vec<String>,
    /// Whatever else the authenticator knows; passed on to the authorizer.
    pub extra: BTreeMap<String, Vec<String>>,
}

impl Caller {
    /// The user of requests without credentials.
    pub(in crate::api) fn anonymous() -> Self {
        Self { name: ANONYMOUS.to_owned(), groups: vec![UNAUTHENTICATED.to_owned()], ..Self::default() }
    }

    /// The same user as a member of `system:authenticated`, unless the front proxy passed an anonymous user on.
    ///
    /// The aggregator reads discovery documents as a user without groups, and the cluster's roles for discovery are bound to
    /// this group.
    #[must_use]
    pub(super) fn authenticated(mut self) -> Self {
        if self.name != ANONYMOUS && !self.is_in(AUTHENTICATED) && !self.is_in(UNAUTHENTICATED) {
            self.groups.push(AUTHENTICATED.to_owned());
        }
        self
    }

    /// Whether the user may do everything.
    pub(super) fn is_master(&self) -> bool {
        self.is_in(MASTERS)
    }

    fn is_in(&self, group: &str) -> bool {
        self.groups.iter().any(|own| own == group)
    }
}
