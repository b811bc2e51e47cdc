//! The Kubernetes control plane for tests: builds the Go module `tests/control-plane` into one program.
//!
//! The program is kept under `target/control-plane/` together with the inputs it was built from, so that it is rebuilt
//! only when one of them changes. Go's caches stay where they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{find, run};
use crate::repo::Repo;
use crate::step::step;

/// Builds the program if it is missing or outdated, and returns its path.
pub(crate) fn ensure(repo: &Repo) -> Result<PathBuf> {
    let module = repo.root().join("tests/control-plane");
    let folder = repo.parts().join("control-plane");
    let program = folder.join("control-plane");
    let stamp = folder.join("built-from");
    let go_mod = read(&module.join("go.mod"))?;
    let flags =
        linker_flags(kubernetes_version(&go_mod).context("cannot find a release of `k8s.io/kubernetes` in go.mod")?);
    let inputs = [flags.clone(), go_mod, read(&module.join("go.sum"))?, read(&module.join("main.go"))?].concat();
    if program.is_file() && fs::read_to_string(&stamp).is_ok_and(|built_from| built_from == inputs) {
        return Ok(program);
    }
    let what = "building the Kubernetes control plane";
    step(what, "about 9 minutes on two cores the first time, seconds with Go's cache", || {
        fs::create_dir_all(&folder)?;
        // If a build is interrupted, the old pair or a program without a stamp remains, and the next run builds again.
        let unfinished = folder.join("control-plane.part");
        build(&module, &flags, &unfinished)?;
        fs::rename(&unfinished, &program)?;
        fs::write(&stamp, &inputs)?;
        Ok(())
    })?;
    Ok(program)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// The release of Kubernetes that a go.mod requires, without its `v`.
fn kubernetes_version(go_mod: &str) -> Option<&str> {
    go_mod.lines().find_map(|line| line.trim().strip_prefix("k8s.io/kubernetes v"))
}

/// The flags that set the program's version. Without them the API server reports `v0.0.0-master`, and clients that check
/// the version turn features off.
fn linker_flags(version: &str) -> String {
    let mut numbers = version.split('.');
    let mut number = || numbers.next().unwrap_or_default().to_owned();
    let (major, minor) = (number(), number());
    let set = |name: &str, value: &str| format!("-X k8s.io/component-base/version.{name}={value}");
    [
        "-s -w".to_owned(),
        set("gitVersion", &format!("v{version}")),
        set("gitMajor", &major),
        set("gitMinor", &minor),
        set("gitTreeState", "clean"),
    ]
    .join(" ")
}

fn build(module: &Path, flags: &str, program: &Path) -> Result<()> {
    let Some(go) = find("go") else {
        bail!("cannot find `go` on PATH; install Go 1.26 or later from your system's packages or https://go.dev/dl");
    };
    run(Command::new(go)
        .current_dir(module)
        .env("CGO_ENABLED", "0")
        .args(["build", "-buildvcs=false", "-trimpath", "-ldflags", flags, "-o"])
        .arg(program)
        .arg("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_set_the_release_that_the_module_requires() {
        let version = kubernetes_version(include_str!("../../tests/control-plane/go.mod")).unwrap();
        assert!(version.starts_with("1."), "{version}");
        let flags = linker_flags("1.37.2");
        for part in ["gitVersion=v1.37.2 ", "gitMajor=1 ", "gitMinor=37 "] {
            assert!(flags.contains(&format!("-X k8s.io/component-base/version.{part}")), "{flags}");
        }
        assert_eq!(kubernetes_version("module a\n\nrequire k8s.io/client-go v0.37.2\n"), None);
    }
}
