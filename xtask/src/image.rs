//! `make image`: builds the programs as static executables, each into a container image with nothing else in it.
//!
//! Images are built without a daemon, and reproducibly: they contain no build time and no version of the builder, so the
//! same input has the same digest. Each is started once as a check.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::prerequisites::CERTIFICATES;
use crate::repo::Repo;
use crate::step::step;

mod buildah;
mod programs;

use buildah::{Buildah, Recipe};
use programs::Program;

/// The version of every package in the workspace, including this one.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Builds and checks the images, and prints the path and sizes of each.
pub(crate) fn build(repo: &Repo) -> Result<()> {
    let programs = programs::build(repo)?;
    let folder = repo.parts().join("image");
    let context = folder.join("context");
    gather(repo, &programs, &context)?;
    let buildah = Buildah::ensure(&folder)?;
    for program in &programs {
        let Some(recipe) = recipe(repo, program) else { continue };
        let archive = folder.join(format!("{}-{VERSION}.oci.tar", program.name));
        let digest = step(&format!("building the image of `{}`", program.name), "about 3 s", || {
            buildah.build(&recipe, &context, &archive)
        })?;
        println!(
            "{}: {}, image {}, program {}, {digest}",
            program.name,
            archive.display(),
            size(&archive)?,
            size(&program.path)?
        );
    }
    Ok(())
}

/// How to build the image of a program; none if it has no image.
fn recipe(repo: &Repo, program: &Program) -> Option<Recipe> {
    let (file, entry_point) = match program.name.as_str() {
        "leveret" => ("Containerfile", "/leveret"),
        _ => ("reference/Containerfile", "/program"),
    };
    let file = repo.root().join(file);
    file.is_file().then(|| Recipe { file, program: program.name.clone(), version: VERSION, entry_point })
}

/// Copies everything that the images contain into an empty folder, the build context.
fn gather(repo: &Repo, programs: &[Program], context: &Path) -> Result<()> {
    if context.exists() {
        fs::remove_dir_all(context).with_context(|| format!("cannot remove `{}`", context.display()))?;
    }
    fs::create_dir_all(context).with_context(|| format!("cannot create `{}`", context.display()))?;
    let copy = |from: PathBuf, name: &str| {
        fs::copy(&from, context.join(name)).with_context(|| format!("cannot copy `{}`", from.display()))
    };
    copy(CERTIFICATES.0.into(), "ca-certificates.crt")?;
    copy(repo.root().join("LICENSE"), "LICENSE")?;
    for program in programs {
        copy(program.path.clone(), &program.name)?;
    }
    Ok(())
}

/// The size of a file in millions of bytes.
fn size(path: &Path) -> Result<String> {
    let bytes = fs::metadata(path).with_context(|| format!("cannot read the size of `{}`", path.display()))?.len();
    Ok(format!("{}.{:02} MB", bytes / 1_000_000, bytes % 1_000_000 / 10_000))
}
