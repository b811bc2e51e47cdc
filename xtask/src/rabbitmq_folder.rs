//! A RabbitMQ 4 in `target/rabbitmq-4.0`, unpacked from the packages of Debian 13 without changing the machine.
//!
//! The folder is a root file system for `chroot`. No maintainer script runs: the few links and files that those scripts
//! would have created are written here. Nothing is mounted in it either: the test harness starts a broker in a mount
//! namespace, which ends with the broker.

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

/// RabbitMQ, and the programs that its shell scripts need.
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

/// The file that marks a complete folder. It holds the recipe, so that the folder is rebuilt when the recipe changes.
const STAMP: &str = "etc/leveret-recipe";

/// Sets the folder up if it is missing or outdated, and returns its path.
pub(crate) fn ensure(repo: &Repo) -> Result<PathBuf> {
    let folder = repo.parts().join("rabbitmq-4.0");
    let recipe = format!("{SUITE}\n{}\n", PACKAGES.join("\n"));
    if fs::read_to_string(folder.join(STAMP)).is_ok_and(|made_by| made_by == recipe) {
        return Ok(folder);
    }
    step("setting up RabbitMQ 4.0 in target/rabbitmq-4.0", "about 20 s", || {
        // Set up under another name and renamed, so that an interrupted run never leaves an incomplete folder.
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

/// Does what the maintainer scripts would have done, as far as a broker needs it.
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
    ensure!(server.exists(), "the unpacked packages do not contain `{}`", server.display());
    Ok(())
}

/// Removes a folder if it exists.
fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove `{}`", folder.display()))
        }
        _ => Ok(()),
    }
}
