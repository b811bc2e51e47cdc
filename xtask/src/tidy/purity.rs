//! The pure crates depend on nothing that does input or output. What the standard library offers of it is banned by
//! the clippy.toml of each.

use std::path::Path;

use anyhow::{Context, Result};

use super::Finding;
use crate::cargo::cargo;
use crate::process::run_quietly;
use crate::repo::Repo;

/// The pure packages, each with its folder.
const PURE: [(&str, &str); 1] = [("leveret-core", "crates/core")];

/// What none of them may depend on, through however many other packages.
const FORBIDDEN: [&str; 9] = ["tokio", "mio", "reqwest", "hyper", "axum", "rustls", "kube", "clap", "tracing"];

/// Finds forbidden dependencies of the pure packages, whatever the platform and the features.
pub(super) fn check(repo: &Repo) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (package, folder) in PURE {
        let arguments = ["tree", "--edges=normal", "--prefix=none", "--target=all", "--all-features", "--package"];
        let tree = run_quietly(cargo(repo).args(arguments).arg(package))?;
        let tree = String::from_utf8(tree.stdout).context("cargo's tree is not UTF-8")?;
        findings.extend(forbidden(&tree).map(|dependency| Finding {
            file: Path::new(folder).join("Cargo.toml"),
            line: 1,
            message: format!(
                "`{package}` is pure and must not depend on `{dependency}`, not even through another package: take \
                 values as arguments, and leave input and output to the caller"
            ),
        }));
    }
    Ok(findings)
}

/// The forbidden packages in cargo's tree, in which each line begins with a package's name.
fn forbidden(tree: &str) -> impl Iterator<Item = &'static str> {
    let is_in = |name: &&str| tree.lines().any(|line| line.split(' ').next() == Some(name));
    FORBIDDEN.into_iter().filter(is_in)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forbidden_dependency_is_found_by_its_whole_name() {
        let tree = "leveret-core v0.1.0 (/work/crates/core)\njiff v0.2.46\ntokio-util v0.7.1\nhyper v1.12.0 (*)\n";
        assert_eq!(forbidden(tree).collect::<Vec<_>>(), ["hyper"]);
    }
}
