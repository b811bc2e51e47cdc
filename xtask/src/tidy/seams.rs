//! Modules that must not name each other although they are parts of one crate.

use std::path::Path;

use super::Finding;
use super::tree::{Source, Tree, is_test};

/// What a request handler must not name: it answers from memory and never asks a broker.
const FORBIDDEN_IN_API: [&str; 3] = ["crate::sources", "crate::poll", "reqwest"];

/// Finds those names in the code of `api`. Its tests are clients of it and may use them.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let in_api = |source: &&Source| source.path.starts_with("src/api") || source.path == Path::new("src/api.rs");
    let mut findings = Vec::new();
    for source in tree.rust().filter(in_api).filter(|source| !is_test(&source.path)) {
        let code = source.text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
        for (index, line) in code {
            for name in FORBIDDEN_IN_API.iter().filter(|name| names(line, name)) {
                findings.push(Finding {
                    file: source.path.clone(),
                    line: index + 1,
                    message: format!(
                        "`api` must not use `{name}`: it answers from memory and never asks a broker; take what it \
                         needs through a trait of its own"
                    ),
                });
            }
        }
    }
    findings
}

/// Whether a line names a path. Rustfmt writes one import to a line, or several of one module in braces.
fn names(line: &str, path: &str) -> bool {
    let is_whole = |at: usize| {
        let (before, after) = (line[..at].chars().next_back(), line[at + path.len()..].chars().next());
        ![before, after].into_iter().flatten().any(|it| it.is_alphanumeric() || it == '_')
    };
    let grouped = path.strip_prefix("crate::").is_some_and(|module| {
        let imported = line.trim_start().strip_prefix("use crate::{").unwrap_or_default();
        imported.split(|it: char| !it.is_alphanumeric() && it != '_').any(|word| word == module)
    });
    grouped || line.match_indices(path).any(|(at, _)| is_whole(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::findings;

    #[track_caller]
    fn check_file(path: &str, code: &str, expected: usize) {
        let found = findings(check, &[(path, code)]);
        assert_eq!(found.len(), expected, "{found:#?}");
    }

    #[test]
    fn a_request_handler_must_not_reach_a_broker() {
        check_file("src/api/values.rs", "use crate::sources::Reader;\n", 1);
        check_file("src/api/resources/values.rs", "pub(crate) use crate::sources;\n", 1);
        check_file("src/api/values.rs", "use crate::{config, poll::Demand};\n", 1);
        check_file("src/api.rs", "fn f(client: reqwest::Client) -> crate::sources::Source {}\n", 2);
    }

    #[test]
    fn a_finding_has_its_place_and_a_way_out() {
        let found = findings(check, &[("src/api/values.rs", "//! Values.\n\nuse crate::poll;\n")]);
        assert!(found[0].starts_with("src/api/values.rs:3: `api` must not use `crate::poll`"), "{found:?}");
    }

    #[test]
    fn tests_comments_and_longer_names_are_free() {
        check_file("src/api/tests/wire.rs", "use reqwest::Client;\n", 0);
        check_file("src/api/values.rs", "// not crate::sources\nuse crate::sources_of::X;\nuse my_reqwest::X;\n", 0);
        check_file("src/poll.rs", "use crate::sources::Reader;\n", 0);
    }
}
