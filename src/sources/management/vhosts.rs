//! The virtual hosts that the user may see, and the nodes that run: what an absence is proved with.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::session::Session;
use leveret_core::observation::Failure;

/// What `/api/vhosts` tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct VhostList {
    /// The virtual hosts: those the user has permission on, or all of them if the user has the tag `monitoring`.
    pub(super) names: Vec<Box<str>>,
    /// The nodes that run.
    pub(super) running: BTreeSet<Box<str>>,
    /// A virtual host that is stopped on a node.
    pub(super) stopped: Option<Box<str>>,
}

#[derive(Deserialize)]
struct Vhost {
    name: Box<str>,
    #[serde(default)]
    cluster_state: BTreeMap<Box<str>, Box<str>>,
}

impl VhostList {
    pub(super) async fn read(session: &Session<'_>) -> Result<Self, Failure> {
        let vhosts: Vec<Vhost> = session.document(&["api", "vhosts"], "columns=name,cluster_state").await?;
        Ok(Self::of(vhosts))
    }

    fn of(vhosts: Vec<Vhost>) -> Self {
        let mut list = Self::default();
        for Vhost { name, cluster_state } in vhosts {
            for (node, state) in cluster_state {
                if &*state != "running" {
                    list.stopped.get_or_insert_with(|| name.clone());
                }
                list.running.insert(node);
            }
            list.names.push(name);
        }
        list.names.sort_unstable();
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_answers_are_read() {
        let of = |text: &str| VhostList::of(serde_json::from_str(text).expect("a list of virtual hosts"));
        let list = of(r#"[{"cluster_state":{"a@b":"running","b@b":"running"},"name":"shop","tracing":false},
            {"cluster_state":{"a@b":"running","b@b":"stopped"},"name":"/"},{"name":"new"}]"#);
        assert_eq!(list.names, ["/".into(), "new".into(), "shop".into()]);
        assert_eq!((list.running.len(), list.stopped.as_deref()), (2, Some("/")));
        assert_eq!(of("[]"), VhostList::default());
    }
}
