//! Who asks.

use std::collections::BTreeMap;

use serde::Serialize;

/// The group that allows everything; its members are not even looked up.
const MASTERS: &str = "system:masters";

/// The group of everybody who has shown who they are.
const AUTHENTICATED: &str = "system:authenticated";

/// The group of everybody who has not.
const UNAUTHENTICATED: &str = "system:unauthenticated";

/// The user that is meant when nobody has said who they are.
const ANONYMOUS: &str = "system:anonymous";

/// The user on whose behalf a request is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Caller {
    /// The user's name, such as `system:serviceaccount:kube-system:horizontal-pod-autoscaler`.
    pub name: String,
    /// What tells two users of the same name apart, where the authenticator knows it.
    pub uid: Option<String>,
    /// The user's groups.
    pub groups: Vec<String>,
    /// What else the authenticator knows, handed on to whoever authorizes.
    pub extra: BTreeMap<String, Vec<String>>,
}

impl Caller {
    /// The user that is meant when nobody has said who they are.
    pub(super) fn anonymous() -> Self {
        Self { name: ANONYMOUS.to_owned(), groups: vec![UNAUTHENTICATED.to_owned()], ..Self::default() }
    }

    /// The same user as a member of `system:authenticated`, unless the front proxy passed on an anonymous one.
    ///
    /// The aggregator asks for discovery without any group, and the cluster's roles for discovery are bound to this one.
    #[must_use]
    pub(super) fn authenticated(mut self) -> Self {
        if self.name != ANONYMOUS && !self.is_in(AUTHENTICATED) && !self.is_in(UNAUTHENTICATED) {
            self.groups.push(AUTHENTICATED.to_owned());
        }
        self
    }

    /// Whether everything is allowed.
    pub(super) fn is_master(&self) -> bool {
        self.is_in(MASTERS)
    }

    fn is_in(&self, group: &str) -> bool {
        self.groups.iter().any(|own| own == group)
    }
}
