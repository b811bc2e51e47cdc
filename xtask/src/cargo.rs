//! Cargo, started from a program that cargo started.

use std::env;
use std::process::Command;

use crate::repo::Repo;

/// `cargo` in the root of the working copy.
pub(crate) fn cargo(repo: &Repo) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(repo.root());
    // `cargo run` describes this package to this program in variables. If they were passed on, build scripts that watch
    // them (such as the one of `ring`) would run again, now and at the next plain `cargo`.
    for (name, _) in env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(text);
        }
    }
    command
}

/// The lints, over every target of the workspace. Two commands that differ only in `options` share one build.
pub(crate) fn clippy(repo: &Repo, options: &[&str]) -> Command {
    let mut command = cargo(repo);
    command.args(["clippy", "--workspace", "--all-targets"]).args(options).args(["--", "-D", "warnings"]);
    command
}
