//! Packages of another Debian release, downloaded with a separate apt state and unpacked by hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::apt;
use crate::prerequisites::KEYRING;
use crate::process::run_quietly;

/// Downloads packages with everything they depend on, verified against Debian's keys, and returns the files' paths.
pub(super) fn download(state: &Path, mirror: &str, suite: &str, packages: &[&str]) -> Result<Vec<PathBuf>> {
    let archives = state.join("cache/archives");
    for folder in [state.join("lists/partial"), archives.join("partial")] {
        fs::create_dir_all(folder)?;
    }
    let (keyring, _) = KEYRING;
    fs::write(state.join("sources.list"), format!("deb [signed-by={keyring}] {mirror} {suite} main\n"))?;
    // No package counts as installed, so all dependencies are downloaded, whatever this machine has.
    fs::write(state.join("status"), "")?;
    run_quietly(apt_get(state)?.arg("update"))?;
    run_quietly(
        apt_get(state)?.args(["install", "--yes", "--download-only", "--no-install-recommends"]).args(packages),
    )?;
    let mut files = Vec::new();
    for entry in fs::read_dir(&archives)? {
        let path = entry?.path();
        if path.extension().is_some_and(|name| name == "deb") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// An apt-get that reads and writes only below `state`, but uses the machine's settings, such as its proxy.
fn apt_get(state: &Path) -> Result<Command> {
    let mut command = Command::new("apt-get");
    let options = [
        ("Dir::State", ""),
        ("Dir::State::lists", "lists"),
        ("Dir::State::status", "status"),
        ("Dir::Cache", "cache"),
        ("Dir::Etc::sourcelist", "sources.list"),
        ("Dir::Etc::sourceparts", "none"),
        ("Dir::Etc::preferences", "none"),
        ("Dir::Etc::preferencesparts", "none"),
    ];
    for (option, path) in options {
        command.arg("-o").arg(format!("{option}={}", state.join(path).display()));
    }
    command.args(["-o", &format!("APT::Architecture={}", apt::architecture()?)]);
    // Translations are not needed, and the state is not readable for apt's sandbox user.
    command.args(["-o", "Acquire::Languages=none", "-o", "APT::Sandbox::User=root"]);
    Ok(command)
}

/// Unpacks packages into a root file system.
pub(super) fn unpack(files: &[PathBuf], root: &Path) -> Result<()> {
    ensure!(!files.is_empty(), "apt-get downloaded no package");
    for file in files {
        unpack_one(file, root).with_context(|| format!("cannot unpack `{}`", file.display()))?;
    }
    Ok(())
}

/// `dpkg-deb --fsys-tarfile FILE | tar -x`. Links to folders are kept: `/bin` is one, and older packages have files in it.
fn unpack_one(file: &Path, root: &Path) -> Result<()> {
    let mut contents = Command::new("dpkg-deb").arg("--fsys-tarfile").arg(file).stdout(Stdio::piped()).spawn()?;
    let pipe = contents.stdout.take().context("its output is not piped")?;
    let unpacked = Command::new("tar").args(["-x", "--keep-directory-symlink", "-C"]).arg(root).stdin(pipe).status()?;
    let read = contents.wait()?;
    ensure!(read.success() && unpacked.success(), "dpkg-deb ended with {read}, tar with {unpacked}");
    Ok(())
}
