//! `make manifests`: renders the example overlay into one file.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::certificates;
use crate::control_plane;
use crate::process::run_quietly;
use crate::repo::Repo;

/// Renders the example overlay with the kubectl of the tests' control plane, and returns the file's path.
pub(crate) fn render(repo: &Repo) -> Result<PathBuf> {
    repo.exclusively(certificates::ensure)?;
    let program = repo.exclusively(control_plane::ensure)?;
    let overlay = repo.root().join("manifests/overlays/example");
    let rendered = run_quietly(Command::new(program).args(["kubectl", "kustomize"]).arg(overlay))?;
    let file = repo.parts().join("manifests.yaml");
    fs::write(&file, rendered.stdout).with_context(|| format!("cannot write `{}`", file.display()))?;
    Ok(file)
}
