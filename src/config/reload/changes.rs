//! What distinguishes two configurations, by name. Values are left out, because they may be confidential.

use std::fmt;
use std::sync::Arc;

use crate::config::{Config, Connection};
use leveret_core::Backlog;

/// The brokers and backlogs that were added, removed or changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes(Vec<Change>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    kind: &'static str,
    name: Box<str>,
    verb: &'static str,
}

impl Changes {
    /// What turned `old` into `new`.
    pub fn between(old: &Config, new: &Config) -> Self {
        let mut changes = Vec::new();
        compare("broker", &old.connections, &new.connections, &mut changes);
        compare("backlog", &old.view.backlogs, &new.view.backlogs, &mut changes);
        Self(changes)
    }

    /// Whether both mean the same.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What is known by a name that no other of its kind has.
trait Named {
    fn name(&self) -> &str;
}

impl Named for Connection {
    fn name(&self) -> &str {
        &self.broker.name
    }
}

impl Named for Backlog {
    fn name(&self) -> &str {
        &self.name
    }
}

fn compare<T: Named + PartialEq>(kind: &'static str, old: &[Arc<T>], new: &[Arc<T>], changes: &mut Vec<Change>) {
    let before: std::collections::HashMap<&str, &T> = old.iter().map(|it| (it.name(), &**it)).collect();
    let mut gone: std::collections::BTreeSet<&str> = before.keys().copied().collect();
    let mut note = |name: &str, verb| changes.push(Change { kind, name: name.into(), verb });
    for it in new {
        gone.remove(it.name());
        match before.get(it.name()) {
            None => note(it.name(), "added"),
            Some(was) if **was != **it => note(it.name(), "changed"),
            Some(_) => {}
        }
    }
    for name in gone {
        note(name, "removed");
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN_MAX: usize = 20;
        for (n, Change { kind, name, verb }) in self.0.iter().take(SHOWN_MAX).enumerate() {
            write!(f, "{}{kind} `{name}` {verb}", if n == 0 { "" } else { ", " })?;
        }
        match self.0.len().checked_sub(SHOWN_MAX) {
            None | Some(0) => Ok(()),
            Some(more) => write!(f, " and {more} more"),
        }
    }
}
