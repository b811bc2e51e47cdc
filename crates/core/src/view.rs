//! Everything that can be asked about.

use std::sync::Arc;

use crate::{Backlog, Broker};

/// The brokers and backlogs that a question may name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// The brokers, with distinct names.
    pub brokers: Vec<Arc<Broker>>,
    /// The configured backlogs, with distinct names. Every single queue is a backlog without being listed.
    pub backlogs: Vec<Arc<Backlog>>,
}

impl View {
    /// The broker of this name.
    pub fn broker(&self, name: &str) -> Option<&Arc<Broker>> {
        self.brokers.iter().find(|broker| &*broker.name == name)
    }

    /// The configured backlog of this name.
    pub fn backlog(&self, name: &str) -> Option<&Arc<Backlog>> {
        self.backlogs.iter().find(|backlog| &*backlog.name == name)
    }
}
