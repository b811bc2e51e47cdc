//! The pure middle does no I/O and reads no clock: its modules name nothing that could.

use std::path::Path;

use super::Finding;
use super::paths::{Named, named};
use super::tree::Tree;

/// The modules of the pure middle, each a file and a folder of the same name in `src/`.
const PURE: [&str; 5] = ["observation", "snapshot", "catalog", "hpa", "sim"];

/// What they must not name, themselves or through a `use` of the module above it.
const FORBIDDEN: [&str; 10] = [
    "tokio",
    "reqwest",
    "kube",
    "axum",
    "hyper",
    "std::fs",
    "std::net",
    "std::env",
    "std::time::Instant",
    "std::time::SystemTime",
];

/// Finds forbidden paths in the pure modules.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.rust() {
        let Some(module) = pure_module(&source.path) else { continue };
        for path in named(&source.code) {
            let Some(forbidden) = FORBIDDEN.iter().find(|forbidden| reaches(&path, forbidden)) else { continue };
            findings.push(Finding {
                file: source.path.clone(),
                line: source.line_of(path.offset),
                message: format!(
                    "`{module}` is pure and must not reach `{forbidden}` (here: `{}`); take the value as an \
                     argument, and leave the I/O or the clock to the caller",
                    path.segments.join("::")
                ),
            });
        }
    }
    findings
}

/// The pure module that a file belongs to.
fn pure_module(path: &Path) -> Option<&'static str> {
    let inside = path.strip_prefix("src").ok()?;
    PURE.into_iter().find(|module| inside.starts_with(module) || inside == Path::new(module).with_extension("rs"))
}

/// Whether a path names what is forbidden, or imports a module from which it can be named.
fn reaches(path: &Named, forbidden: &str) -> bool {
    let forbidden: Vec<_> = forbidden.split("::").collect();
    let (segments, glob) = match path.segments.as_slice() {
        [above @ .., last] if last == "*" => (above, true),
        whole => (whole, false),
    };
    let common = segments.iter().zip(&forbidden).take_while(|(one, other)| one == other).count();
    common == forbidden.len() || ((path.imported || glob) && common > 0 && common == segments.len())
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
    fn a_pure_module_must_not_reach_io_or_clocks() {
        check_file("src/snapshot.rs", "use tokio::sync::watch;\n", 1);
        check_file("src/catalog/rate.rs", "use std::{collections::HashMap, time::{Duration, Instant}};\n", 1);
        check_file("src/sim/run.rs", "fn f() { let _ = std::fs::read(\"x\"); }\n", 1);
        check_file("src/hpa.rs", "use std::time;\nuse std::time::*;\n", 2);
        check_file("src/observation.rs", "pub use kube as k;\n", 1);
    }

    #[test]
    fn a_finding_has_its_place_and_a_way_out() {
        let found = findings(check, &[("src/hpa/limits.rs", "//! Limits.\n\nuse axum::Router;\n")]);
        assert!(found[0].starts_with("src/hpa/limits.rs:3: `hpa` is pure and must not reach `axum`"), "{found:?}");
    }

    #[test]
    fn talk_relatives_and_other_modules_are_free() {
        check_file("src/snapshot.rs", "// use tokio\nuse std::time::Duration;\nconst A: &str = \"std::fs\";\n", 0);
        check_file("src/snapshot.rs", "use crate::kube_names::X;\nfn f(x: hyper_like::Y) {}\n", 0);
        check_file("src/poll.rs", "use tokio::time::Instant;\n", 0);
        check_file("src/simple.rs", "use tokio::time::Instant;\n", 0);
    }
}
