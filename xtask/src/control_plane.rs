//! The Kubernetes control plane for tests: the Go module `tests/control-plane`, built into one program.
//!
//! Go's own caches are used where they are. The program is kept under `target/control-plane/` together with everything
//! it was built from, so that it is built again exactly when one of those changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{find, run};
use crate::repo::Repo;
use crate::step::step;

/// The Kubernetes release that go.mod requires, which the program must also say of itself: without it the API server
/// reports `v0.0.0-master`, and clients that look at the version switch features off.
const KUBERNETES: (&str, &str, &str) = ("1", "37", "2");

/// Builds the program if it is not there, and says where it is.
pub(crate) fn ensure(repo: &Repo) -> Result<PathBuf> {
    let module = repo.root().join("tests/control-plane");
    let folder = repo.parts().join("control-plane");
    let program = folder.join("control-plane");
    let stamp = folder.join("built-from");
    let inputs = inputs(&module)?;
    if program.is_file() && fs::read_to_string(&stamp).is_ok_and(|built_from| built_from == inputs) {
        return Ok(program);
    }
    let what = "building the Kubernetes control plane";
    step(what, "9 minutes of two cores the first time, seconds with Go's cache", || {
        fs::create_dir_all(&folder)?;
        // A build that is interrupted leaves the old pair or an unstamped program, and is done again either way.
        let unfinished = folder.join("control-plane.part");
        build(&module, &unfinished)?;
        fs::rename(&unfinished, &program)?;
        fs::write(&stamp, &inputs)?;
        Ok(())
    })?;
    Ok(program)
}

/// Everything the program is made of.
fn inputs(module: &Path) -> Result<String> {
    let mut text = linker_flags();
    for file in ["main.go", "go.mod", "go.sum"] {
        let path = module.join(file);
        text.push_str(&fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?);
    }
    Ok(text)
}

fn linker_flags() -> String {
    let (major, minor, patch) = KUBERNETES;
    let set = |name: &str, value: &str| format!("-X k8s.io/component-base/version.{name}={value}");
    [
        "-s -w".to_owned(),
        set("gitVersion", &format!("v{major}.{minor}.{patch}")),
        set("gitMajor", major),
        set("gitMinor", minor),
        set("gitTreeState", "clean"),
    ]
    .join(" ")
}

fn build(module: &Path, program: &Path) -> Result<()> {
    let Some(go) = find("go") else {
        bail!("no `go` on PATH; install Go 1.26 or later from your system's packages or https://go.dev/dl");
    };
    run(Command::new(go)
        .current_dir(module)
        .env("CGO_ENABLED", "0")
        .args(["build", "-buildvcs=false", "-trimpath", "-ldflags", &linker_flags(), "-o"])
        .arg(program)
        .arg("."))
}
