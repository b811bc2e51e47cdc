//! The checks that a change must pass: `make lint`, and `make test`, which includes all others.

use anyhow::Result;

use crate::cargo::{cargo, clippy};
use crate::process::run;
use crate::repo::Repo;
use crate::{deny, setup, soak, step::step, tidy};

/// Format, lints, structure, documentation and dependencies.
pub(crate) fn lint(repo: &Repo) -> Result<()> {
    step("checking the format", "about 1 s", || run(cargo(repo).args(["fmt", "--all", "--check"])))?;
    step("checking the lints", "a few minutes the first time", || run(&mut clippy(repo, &[])))?;
    // After the lints, whose build lists the files that are compiled.
    step("checking the structure", "about 2 s", || tidy::run(repo, false))?;
    step("checking the documentation", "about 20 s", || {
        let arguments = ["doc", "--quiet", "--workspace", "--no-deps", "--document-private-items"];
        run(cargo(repo).args(arguments).env("RUSTDOCFLAGS", "-D warnings"))
    })?;
    deny::check(repo)
}

/// Sets everything up, lints, builds and runs every test; `arguments` go to `cargo test`.
pub(crate) fn test(repo: &Repo, arguments: &[String]) -> Result<()> {
    let environment = repo.exclusively(setup::run)?;
    lint(repo)?;
    // The integration tests start the workspace's programs; `cargo test` alone would build only its own package's.
    step("building the programs", "a few minutes the first time", || run(cargo(repo).args(["build", "--workspace"])))?;
    step("running the tests", "a few minutes", || {
        run(cargo(repo).args(["test", "--workspace"]).args(arguments).envs(environment))
    })?;
    // The arguments choose tests, and this is none of them.
    if arguments.is_empty() { soak::run_short() } else { Ok(()) }
}
