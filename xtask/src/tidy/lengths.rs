//! Files are short: one noun each.

use super::Finding;
use super::tree::Tree;

/// No Rust file has more lines, unless it is a table.
const MAX_LINES: usize = 400;

/// The line that says of its file that it is a table, whose length is that of the matter.
const TABLE: &str = "// tidy: table";

/// Finds Rust files that are too long.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.rust() {
        let lines = source.text.lines().count();
        if lines > MAX_LINES && !source.text.lines().any(|line| line.trim() == TABLE) {
            findings.push(Finding {
                file: source.path.clone(),
                line: MAX_LINES + 1,
                message: format!(
                    "{lines} lines, more than {MAX_LINES}; move a noun of its own into a file below this one, or, if \
                     the file is a table, say so with the line `{TABLE}`"
                ),
            });
        }
    }
    findings
}

/// How long the Rust files are, in one line.
pub(super) fn stats(tree: &Tree) -> String {
    let mut lengths: Vec<_> = tree.rust().map(|source| (source.text.lines().count(), &source.path)).collect();
    lengths.sort();
    let total: usize = lengths.iter().map(|(lines, _)| lines).sum();
    let Some((largest, path)) = lengths.last() else { return "no Rust files".to_owned() };
    let (median, _) = lengths[lengths.len() / 2];
    format!("{} Rust files, {total} lines; median {median}, largest {largest} ({})", lengths.len(), path.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::findings;

    #[test]
    fn a_long_file_is_found_unless_it_is_a_table() {
        let (fits, long) = ("fn f() {}\n".repeat(400), "fn f() {}\n".repeat(401));
        let found = findings(check, &[("src/long.rs", &long), ("src/fits.rs", &fits)]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("src/long.rs:401: 401 lines"), "{found:?}");
        let table = format!("// tidy: table\n{long}");
        assert_eq!(findings(check, &[("src/table.rs", &table)]), Vec::<String>::new());
    }

    #[test]
    fn the_statistics_name_the_median_and_the_largest() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("src")).unwrap();
        for (name, lines) in [("a.rs", 1), ("b.rs", 5), ("c.rs", 30)] {
            std::fs::write(folder.path().join("src").join(name), "\n".repeat(lines)).unwrap();
        }
        let tree = Tree::read(folder.path()).unwrap();
        assert_eq!(stats(&tree), "3 Rust files, 36 lines; median 5, largest 30 (src/c.rs)");
    }
}
