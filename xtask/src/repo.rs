//! Paths: the working copy, the parts set up under it, and the programs that cargo builds.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A working copy of this repository.
#[derive(Debug, Clone)]
pub(crate) struct Repo {
    root: PathBuf,
}

impl Repo {
    /// The working copy whose cargo started this program.
    pub(crate) fn of_this_run() -> Result<Repo> {
        // Read at run time: several working copies may share one CARGO_TARGET_DIR, and with it one compiled xtask.
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").context("run this through cargo: `cargo run -p xtask -- …`")?;
        let root = Path::new(&manifest).parent().context("the xtask package is not in a folder of the workspace")?;
        Ok(Repo { root: root.to_path_buf() })
    }

    /// The root folder, where Cargo.toml and Makefile are.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of everything that is set up for tests. It is in the working copy whatever `CARGO_TARGET_DIR` says,
    /// because cargo does not build these parts.
    pub(crate) fn parts(&self) -> PathBuf {
        self.root.join("target")
    }

    /// Runs `work` under the working copy's set-up lock, so that no two set-ups run at once.
    pub(crate) fn exclusively<T>(&self, work: impl FnOnce(&Repo) -> Result<T>) -> Result<T> {
        fs::create_dir_all(self.parts()).context("cannot create `target`")?;
        let path = self.parts().join(".setup.lock");
        let lock = File::create(&path).with_context(|| format!("cannot create `{}`", path.display()))?;
        if lock.try_lock().is_err() {
            eprintln!("waiting until another set-up of this working copy has finished …");
            lock.lock().with_context(|| format!("cannot lock `{}`", path.display()))?;
        }
        work(self)
    }
}

/// The folder of the workspace's programs, which is also this program's.
pub(crate) fn programs() -> Result<PathBuf> {
    let this = env::current_exe().context("cannot determine this program's path")?;
    Ok(this.parent().context("this program's path has no folder")?.to_path_buf())
}
