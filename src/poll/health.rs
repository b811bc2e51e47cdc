//! What is logged about a broker: changes, and what is still wrong from time to time; never the same thing at every poll.

mod line;
mod trouble;

use std::collections::BTreeMap;

use leveret_core::catalog::{ConditionKind, conditions};
use leveret_core::snapshot::{BrokerState, Nodes};
use leveret_core::{Broker, Moment};

use self::line::Line;
use self::trouble::Trouble;

/// What was logged about one broker.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// The nodes as the last read saw them that succeeded; none before it.
    nodes: Option<Nodes>,
    /// What is wrong.
    troubles: BTreeMap<ConditionKind, Trouble>,
}

impl Health {
    /// Logs what the read that began at `at` has changed.
    pub(super) fn note(&mut self, broker: &Broker, state: &BrokerState, at: Moment) {
        for line in self.lines(broker, state, at) {
            line.log(&broker.name);
        }
    }

    fn lines(&mut self, broker: &Broker, state: &BrokerState, at: Moment) -> Vec<Line> {
        let conditions = conditions(broker, state);
        let seen = state.seen.as_ref().filter(|_| state.failure.is_none());
        let mut lines = Vec::new();
        // A read that failed as a whole says nothing about what else was wrong.
        if let Some(seen) = seen {
            let is_over = |kind: &ConditionKind| conditions.iter().all(|it| it.kind != *kind);
            for kind in self.troubles.keys().copied().filter(is_over).collect::<Vec<_>>() {
                let trouble = self.troubles.remove(&kind);
                lines.extend(trouble.map(|it| Line::over(&it.condition).with_nodes(&seen.nodes)));
            }
            if self.nodes.is_none() {
                lines.push(Line::first(state.queues.len()).with_nodes(&seen.nodes));
            }
        }
        for condition in conditions {
            let nodes = seen.map(|seen| &seen.nodes).filter(|_| condition.kind == ConditionKind::NodeUnread);
            let cause = nodes.map_or_else(|| condition.message.clone(), line::nodes_text);
            let line = if let Some(trouble) = self.troubles.get_mut(&condition.kind) {
                trouble.goes_on(condition, cause, at)
            } else {
                let line = Line::wrong(&condition);
                self.troubles.insert(condition.kind, Trouble::new(condition, cause, at));
                Some(line)
            };
            lines.extend(line.map(|line| match nodes {
                Some(nodes) => line.with_nodes(nodes),
                None => line,
            }));
        }
        if let Some(seen) = seen {
            let before = self.nodes.replace(seen.nodes.clone());
            let changed = before.is_some_and(|before| !before.has_names_of(&seen.nodes));
            if changed && lines.iter().all(|line| line.nodes.is_none()) {
                lines.push(Line::other_nodes().with_nodes(&seen.nodes));
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests;
