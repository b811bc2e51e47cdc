//! A RabbitMQ 4 in `target/rabbitmq-4.0`, made of the packages of Debian 13, without touching the machine.
//!
//! The folder is a root file system to `chroot` into. No maintainer script runs: the packages are unpacked, and the few
//! links and files those scripts would have made are written here. Nothing is mounted in it either; a program that starts a
//! broker does so in a mount namespace of its own, as the test harness does, which is gone when the broker is.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::debian;
use crate::repo::Repo;
use crate::step::step;

mod packages;

/// The Debian release whose RabbitMQ this is: 4.0.5.
const SUITE: &str = "trixie";

/// RabbitMQ, and the little that its shell scripts need around them.
const PACKAGES: [&str; 11] = [
    "rabbitmq-server",
    "base-files",
    "base-passwd",
    "dash",
    "bash",
    "coreutils",
    "sed",
    "grep",
    "mawk",
    "libc-bin",
    "hostname",
];

/// What stands in the folder once it is whole: the recipe, so that another recipe makes another folder.
const STAMP: &str = "etc/leveret-recipe";

/// Makes the folder if it is not there, and says where it is.
pub(crate) fn ensure(repo: &Repo) -> Result<PathBuf> {
    let folder = repo.parts().join("rabbitmq-4.0");
    let recipe = format!("{SUITE}\n{}\n", PACKAGES.join("\n"));
    if fs::read_to_string(folder.join(STAMP)).is_ok_and(|made_by| made_by == recipe) {
        return Ok(folder);
    }
    step("setting up RabbitMQ 4.0 in target/rabbitmq-4.0", "about 20 s", || {
        // Made beside its place and renamed, so that an interrupted run is never taken for a whole folder.
        let work = repo.parts().join("rabbitmq-4.0.part");
        let root = work.join("root");
        remove(&work)?;
        fs::create_dir_all(&root)?;
        let files = packages::download(&work.join("apt"), &debian::mirror()?, SUITE, &PACKAGES)?;
        packages::unpack(&files, &root)?;
        finish(&root)?;
        fs::write(root.join(STAMP), &recipe)?;
        remove(&folder)?;
        fs::rename(&root, &folder)?;
        remove(&work)
    })?;
    Ok(folder)
}

/// What the maintainer scripts would have done, as far as a broker notices.
fn finish(root: &Path) -> Result<()> {
    symlink("mawk", root.join("usr/bin/awk"))?;
    fs::copy(root.join("usr/share/base-passwd/passwd.master"), root.join("etc/passwd"))?;
    fs::copy(root.join("usr/share/base-passwd/group.master"), root.join("etc/group"))?;
    // The node is called rmq@localhost, and Erlang resolves that name.
    fs::write(root.join("etc/hosts"), "127.0.0.1 localhost\n")?;
    // Mount points: the kernel's two, and the broker's own data.
    for folder in ["proc", "dev", "srv", "tmp"] {
        fs::create_dir_all(root.join(folder))?;
    }
    let server = root.join("usr/lib/rabbitmq/bin/rabbitmq-server");
    ensure!(server.exists(), "the unpacked packages hold no `{}`", server.display());
    Ok(())
}

/// Removes a folder that may not be there.
fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove `{}`", folder.display()))
        }
        _ => Ok(()),
    }
}
