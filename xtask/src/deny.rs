//! The dependencies: their licences, sources, duplicate versions and known vulnerabilities, by cargo-deny and deny.toml.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::cargo::cargo;
use crate::process::{run, run_quietly};
use crate::repo::Repo;
use crate::step::step;

/// The release of cargo-deny. Its options and deny.toml change between releases.
const VERSION: &str = "0.20.2";

/// The database of known vulnerabilities, which is also cargo-deny's default.
const ADVISORIES: &str = "https://github.com/RustSec/advisory-db";

/// How long the database may take to answer before it counts as unreachable, in seconds.
const REACHABLE_WITHIN: &str = "10";

/// Checks the dependencies against deny.toml, and for known vulnerabilities where their database can be reached.
pub(crate) fn check(repo: &Repo) -> Result<()> {
    let program = repo.exclusively(ensure)?;
    step("checking the dependencies", "about 4 s", || {
        run(&mut deny(repo, &program, &["licenses", "bans", "sources"]))
    })?;
    if !is_reachable() {
        eprintln!(
            "checking for known vulnerabilities: skipped, because {ADVISORIES} did not answer within {REACHABLE_WITHIN} s"
        );
        return Ok(());
    }
    step("checking for known vulnerabilities", "about 5 s", || run(&mut deny(repo, &program, &["advisories"])))
}

/// Builds cargo-deny if it is not there, and returns its path.
fn ensure(repo: &Repo) -> Result<PathBuf> {
    let folder = repo.parts().join(format!("tools/cargo-deny-{VERSION}"));
    let program = folder.join("bin/cargo-deny");
    if program.is_file() {
        return Ok(program);
    }
    step("building cargo-deny", "about 2 minutes, only once", || {
        let mut command = cargo(repo);
        command.args(["install", "--quiet", "--locked", "--version", VERSION, "--root"]).arg(&folder).arg("cargo-deny");
        // Its release profile takes several times as long to build, and saves only a few seconds at each check.
        command.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        run(command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"))
    })?;
    Ok(program)
}

/// `cargo-deny check` of the whole workspace.
fn deny(repo: &Repo, program: &Path, checks: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(repo.root())
        .args(["--workspace", "--locked", "check", "--hide-inclusion-graph", "--deny=warnings"])
        .args(checks);
    command
}

/// Whether the database of vulnerabilities answers.
fn is_reachable() -> bool {
    let mut command = Command::new("timeout");
    command.args([REACHABLE_WITHIN, "git", "ls-remote", "--quiet", ADVISORIES, "HEAD"]).env("GIT_TERMINAL_PROMPT", "0");
    run_quietly(&mut command).is_ok()
}
