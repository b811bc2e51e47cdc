//! The seams: which modules must not name what. The pure middle does no I/O and reads no clock, and no request handler
//! reads a broker.

use std::path::Path;

use super::Finding;
use super::paths::{Named, named};
use super::tree::Tree;

/// Modules, each a file and a folder of the same name in `src/`, and what they must not name.
struct Seam {
    modules: &'static [&'static str],
    /// Also through a `use` of the module above it.
    forbidden: &'static [&'static str],
    /// What the modules are, and what to do instead.
    because: &'static str,
}

const SEAMS: [Seam; 2] = [
    Seam {
        modules: &["observation", "snapshot", "catalog", "hpa", "sim"],
        forbidden: &[
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
        ],
        because: "is pure: take the value as an argument, and leave the I/O or the clock to the caller",
    },
    Seam {
        modules: &["api"],
        forbidden: &["crate::broker", "crate::poll", "reqwest"],
        because: "answers from memory and never asks a broker: take what it needs through a trait of its own",
    },
];

/// Finds paths across the seams. Tests may cross them: they are clients of what they test.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.rust().filter(|source| !is_test(&source.path)) {
        for (seam, module) in SEAMS.iter().filter_map(|seam| Some((seam, module_of(seam, &source.path)?))) {
            for path in named(&source.code) {
                let Some(forbidden) = seam.forbidden.iter().find(|forbidden| reaches(&path, forbidden)) else {
                    continue;
                };
                findings.push(Finding {
                    file: source.path.clone(),
                    line: source.line_of(path.offset),
                    message: format!(
                        "`{module}` must not reach `{forbidden}` (here: `{}`), because it {}",
                        path.segments.join("::"),
                        seam.because
                    ),
                });
            }
        }
    }
    findings
}

/// Whether a file holds nothing but tests.
fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests") || path.file_stem().is_some_and(|stem| stem == "tests")
}

/// The module of a seam that a file belongs to.
fn module_of(seam: &Seam, path: &Path) -> Option<&'static str> {
    let inside = path.strip_prefix("src").ok()?;
    let is_in = |module: &&&str| inside.starts_with(module) || inside == Path::new(module).with_extension("rs");
    seam.modules.iter().find(is_in).copied()
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
    fn a_request_handler_must_not_reach_a_broker() {
        check_file("src/api/values.rs", "use crate::broker::Broker;\n", 1);
        check_file("src/api.rs", "fn f(client: reqwest::Client) {}\n", 1);
        check_file("src/api/tests/wire.rs", "use reqwest::Client;\n", 0);
        check_file("src/demo/api.rs", "use reqwest::Client;\n", 0);
    }

    #[test]
    fn a_finding_has_its_place_and_a_way_out() {
        let found = findings(check, &[("src/hpa/limits.rs", "//! Limits.\n\nuse axum::Router;\n")]);
        assert!(found[0].starts_with("src/hpa/limits.rs:3: `hpa` must not reach `axum`"), "{found:?}");
    }

    #[test]
    fn talk_relatives_and_other_modules_are_free() {
        check_file("src/snapshot.rs", "// use tokio\nuse std::time::Duration;\nconst A: &str = \"std::fs\";\n", 0);
        check_file("src/snapshot.rs", "use crate::kube_names::X;\nfn f(x: hyper_like::Y) {}\n", 0);
        check_file("src/poll.rs", "use tokio::time::Instant;\n", 0);
        check_file("src/simple.rs", "use tokio::time::Instant;\n", 0);
    }
}
