//! Compiles the revision in, so that `leveret_build_info` names the commit that a program was built from.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=LEVERET_REVISION");
    println!("cargo::rerun-if-changed=build.rs");
    // The log of HEAD changes with every commit and checkout, also in a linked worktree.
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]).filter(|log| Path::new(log).exists()) {
        println!("cargo::rerun-if-changed={log}");
    }
    // A build outside a checkout, as from a source archive, may set the variable.
    #[expect(clippy::disallowed_methods, reason = "a build script is configured by its environment")]
    let given = std::env::var("LEVERET_REVISION").ok();
    let revision = given.or_else(|| git(&["rev-parse", "--short=12", "HEAD"])).unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env=LEVERET_REVISION={revision}");
}

/// What git prints; none without git or outside a checkout.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned()).filter(|text| !text.is_empty())
}
