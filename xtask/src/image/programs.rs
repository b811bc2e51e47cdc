//! Builds the programs as static executables, with musl instead of the machine's C library, so that they need no other file.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::apt;
use crate::cargo::cargo;
use crate::process::{find, run, run_quietly};
use crate::repo::Repo;
use crate::step::step;

/// The packages whose programs are built.
const PACKAGES: [&str; 2] = ["leveret", "leveret-reference"];

/// One program and its executable.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Program {
    pub(super) name: String,
    pub(super) path: PathBuf,
}

/// Builds the programs for this machine's processor.
pub(super) fn build(repo: &Repo) -> Result<Vec<Program>> {
    ensure_c_compiler()?;
    ensure_target(repo)?;
    let built = step("building static programs", "about 8 minutes of two cores the first time", || {
        let mut command = cargo(repo);
        command.args(["build", "--release", "--target", &target(), "--bins"]);
        command.args(PACKAGES.map(|package| format!("--package={package}")));
        command.arg("--message-format=json-render-diagnostics");
        command.env("CARGO_ENCODED_RUSTFLAGS", remap_dependencies()?);
        let output = command.stderr(Stdio::inherit()).output().context("cannot start cargo")?;
        if !output.status.success() {
            bail!("the programs cannot be built");
        }
        executables(&output.stdout)
    })?;
    Ok(built)
}

fn target() -> String {
    format!("{}-unknown-linux-musl", env::consts::ARCH)
}

/// Some dependencies compile C code and look for a compiler of this name.
fn ensure_c_compiler() -> Result<()> {
    if find(&format!("{}-linux-musl-gcc", env::consts::ARCH)).is_some() {
        return Ok(());
    }
    step("installing a C compiler for musl", "about 10 s", || apt::install(&["musl-tools"]))
}

/// Adds Rust's standard library for the target if it is missing.
fn ensure_target(repo: &Repo) -> Result<()> {
    let target = target();
    let mut ask = Command::new("rustc");
    let output = run_quietly(ask.current_dir(repo.root()).args(["--print", "target-libdir", "--target", &target]))?;
    if Path::new(String::from_utf8(output.stdout)?.trim()).is_dir() {
        return Ok(());
    }
    let Some(rustup) = find("rustup") else {
        bail!(
            "this Rust has no standard library for {target}, and `rustup`, which could add it, is missing: install Debian's \
             `libstd-rust-dev` of that target, or Rust by rustup"
        );
    };
    step(&format!("adding Rust's standard library for {target}"), "about 10 s", || {
        run(Command::new(rustup).current_dir(repo.root()).args(["target", "add", &target]))
    })
}

/// The compiler flag that replaces the path of the dependencies' sources by `/cargo`, so that panic messages reveal nothing
/// about the machine and two machines build the same bytes.
fn remap_dependencies() -> Result<String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let home = home.context("cannot find cargo's sources, because neither CARGO_HOME nor HOME is set")?;
    Ok(format!("--remap-path-prefix={}=/cargo", home.display()))
}

/// The executables in cargo's messages, sorted by name.
fn executables(messages: &[u8]) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for message in serde_json::Deserializer::from_slice(messages).into_iter::<Value>() {
        let message = message.context("cannot read cargo's messages")?;
        if let (Some(path), Some(name)) = (message["executable"].as_str(), message["target"]["name"].as_str()) {
            programs.push(Program { name: name.to_owned(), path: path.into() });
        }
    }
    programs.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(programs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn executables_are_found_among_cargos_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"serde","kind":["lib"]},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"b","kind":["bin"]},"executable":"/t/release/b"}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"a","kind":["bin"]},"executable":"/t/release/a"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        let program = |name: &str| Program { name: name.to_owned(), path: format!("/t/release/{name}").into() };
        assert_eq!(executables(messages.as_bytes()).unwrap(), [program("a"), program("b")]);
        assert!(executables(b"warning").is_err());
    }
}
