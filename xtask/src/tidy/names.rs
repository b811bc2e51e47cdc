//! No module is called `metrics`: what is served is the `catalog`, what is measured about the program is `telemetry`.

use super::Finding;
use super::tree::{Source, Tree};

/// Finds files called `metrics.rs` in the program and its crates.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let is_named = |source: &&Source| {
        ["src", "crates"].iter().any(|folder| source.path.starts_with(folder)) && source.path.ends_with("metrics.rs")
    };
    let finding = |source: &Source| Finding {
        file: source.path.clone(),
        line: 1,
        message: "a module called `metrics` could mean two things; what Leveret serves is the `catalog`, what it \
                  measures about itself is `telemetry`"
            .to_owned(),
    };
    tree.rust().filter(is_named).map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::findings;

    #[test]
    fn a_module_called_metrics_is_found() {
        let files = [("src/api/metrics.rs", ""), ("src/task_metrics.rs", ""), ("reference/src/metrics.rs", "")];
        let found = findings(check, &files);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("src/api/metrics.rs:1: "), "{found:?}");
    }
}
