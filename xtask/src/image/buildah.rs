//! Builds images with buildah: without a daemon, in a private store, and without kernel features that a container may lack.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::apt;
use crate::process::{find, run_quietly};
use crate::step::step;

/// How an image is built.
#[derive(Debug)]
pub(super) struct Recipe {
    /// The Containerfile. It takes the arguments `VERSION` and `PROGRAM`.
    pub(super) file: PathBuf,
    /// The program in it, and the image's name.
    pub(super) program: String,
    /// The program's version, and the image's tag.
    pub(super) version: &'static str,
    /// The program's path in the image.
    pub(super) entry_point: &'static str,
}

/// The builder and the folder of its store.
#[derive(Debug)]
pub(super) struct Buildah {
    program: PathBuf,
    store: PathBuf,
}

impl Buildah {
    /// The builder, installed if it is missing, with an empty store in `folder`.
    pub(super) fn ensure(folder: &Path) -> Result<Self> {
        if find("buildah").is_none() {
            step("installing buildah", "about 20 s", || apt::install(&["buildah"]))?;
        }
        let program = find("buildah").context("the package `buildah` is installed, but its program is not on PATH")?;
        let buildah = Self { program, store: folder.join("store") };
        buildah.empty()?;
        Ok(buildah)
    }

    /// Builds an image from `context` into an OCI `archive`, starts it once, and returns its digest.
    pub(super) fn build(&self, recipe: &Recipe, context: &Path, archive: &Path) -> Result<String> {
        let Recipe { file, program, version, .. } = recipe;
        let image = format!("localhost/{program}:{version}");
        // All files and the image itself are dated to the epoch, and the builder does not add its version.
        let mut build = self.command(&["build", "--isolation=chroot", "--format=oci", "--timestamp=0"]);
        build.args(["--identity-label=false", "--pull-never", "--tag", &image]);
        build.args([format!("--build-arg=PROGRAM={program}"), format!("--build-arg=VERSION={version}")]);
        run_quietly(build.arg("--file").arg(file).arg(context))?;
        self.check(recipe, &image)?;
        if archive.exists() {
            fs::remove_file(archive).with_context(|| format!("cannot remove `{}`", archive.display()))?;
        }
        let digest = archive.with_extension("digest");
        let mut push = self.command(&["push", "--digestfile"]);
        run_quietly(
            push.arg(&digest).arg(&image).arg(format!("oci-archive:{}:{program}:{version}", archive.display())),
        )?;
        self.empty()?;
        fs::read_to_string(&digest).with_context(|| format!("cannot read `{}`", digest.display()))
    }

    /// Starts the image's program as the image's user. If it prints its version, no file is missing.
    fn check(&self, recipe: &Recipe, image: &str) -> Result<()> {
        let container = String::from_utf8(run_quietly(&mut self.command(&["from", "--pull-never", image]))?.stdout)?;
        let mut run = self.command(&["run", "--isolation=chroot", container.trim(), "--"]);
        let said = run_quietly(run.args([recipe.entry_point, "--version"]))?.stdout;
        let (said, expected) = (String::from_utf8(said)?, format!("{} {}", recipe.program, recipe.version));
        if said.trim() != expected {
            bail!("`{} --version` in the image prints `{}` instead of `{expected}`", recipe.entry_point, said.trim());
        }
        Ok(())
    }

    /// Removes every container and image from the store; the results are in the archives.
    fn empty(&self) -> Result<()> {
        run_quietly(&mut self.command(&["rm", "--all"]))?;
        run_quietly(&mut self.command(&["rmi", "--all", "--force"]))?;
        Ok(())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        // Plain copies instead of overlays, which would need a kernel module or a second file system.
        command.arg("--storage-driver=vfs").arg("--root").arg(self.store.join("root"));
        command.arg("--runroot").arg(self.store.join("run")).args(arguments);
        command
    }
}
