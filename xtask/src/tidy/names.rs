//! No module is called `metrics`: what is served is the `catalog`, what is measured about the program `telemetry`.

use super::Finding;
use super::tree::Tree;

/// Finds files called `metrics.rs` and modules declared as `metrics`.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.rust().filter(|source| source.path.starts_with("src")) {
        let mut add = |line| {
            findings.push(Finding {
                file: source.path.clone(),
                line,
                message: "a module called `metrics` could mean two things; what Leveret serves is the `catalog`, what \
                          it measures about itself is `telemetry`"
                    .to_owned(),
            });
        };
        if source.path.file_stem().is_some_and(|name| name == "metrics") {
            add(1);
        }
        for (index, line) in source.code.lines().enumerate() {
            let words: Vec<_> =
                line.split(|character: char| !character.is_alphanumeric() && character != '_').collect();
            if words.windows(2).any(|pair| pair == ["mod", "metrics"]) {
                add(index + 1);
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::findings;

    #[test]
    fn a_module_called_metrics_is_found_by_file_and_by_declaration() {
        let found = findings(
            check,
            &[("src/lib.rs", "pub mod catalog;\npub(crate) mod metrics;\n"), ("src/api/metrics.rs", "\n")],
        );
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().any(|it| it.starts_with("src/lib.rs:2: ")), "{found:?}");
    }

    #[test]
    fn the_word_itself_is_free() {
        let files = [("src/telemetry.rs", "fn metrics() {} // mod metrics\nuse axum::metrics;\n")];
        assert_eq!(findings(check, &files), Vec::<String>::new());
    }
}
