//! Where RabbitMQ is installed.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Where Debian, Fedora and Arch put the launcher. It is called directly: the wrapper in `/usr/sbin` changes to the
/// user `rabbitmq` and to the system's own data folder.
const LAUNCHERS: [&str; 2] = ["/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/rabbitmq/sbin/rabbitmq-server"];

/// A RabbitMQ that can be started, on this machine or in a folder of its own.
#[derive(Clone, Debug)]
pub struct Installation {
    /// The folder to `chroot` into, in its canonical form.
    root: Option<PathBuf>,
    /// The launcher as seen from inside the root.
    launcher: &'static str,
}

impl Installation {
    /// Looks for RabbitMQ on this machine, or in `root`; the error says what to install.
    pub fn find(root: Option<&Path>) -> anyhow::Result<Self> {
        let Some(root) = root else {
            let launcher = LAUNCHERS.into_iter().find(|path| Path::new(path).is_file()).context(
                "no RabbitMQ is installed here (its launcher `/usr/lib/rabbitmq/bin/rabbitmq-server` is missing): on \
                 Debian or Ubuntu run `apt-get install --no-install-recommends rabbitmq-server`",
            )?;
            return Ok(Self { root: None, launcher });
        };
        let root = root.canonicalize().with_context(|| format!("cannot open the folder `{}`", root.display()))?;
        let inside = |path: &&str| root.join(path.trim_start_matches('/')).is_file();
        let launcher = LAUNCHERS
            .into_iter()
            .find(inside)
            .with_context(|| format!("no RabbitMQ is installed in the folder `{}`", root.display()))?;
        Ok(Self { root: Some(root), launcher })
    }

    /// The folder to `chroot` into; absent when the machine's own RabbitMQ is meant.
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// The `rabbitmqctl` beside the launcher, as a path inside the root.
    pub(crate) fn control(&self) -> String {
        self.launcher.replace("rabbitmq-server", "rabbitmqctl")
    }

    /// The launcher, as a path inside the root.
    pub(crate) fn launcher(&self) -> &'static str {
        self.launcher
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_root_is_named() {
        let root = tempfile::tempdir().unwrap();
        let error = Installation::find(Some(root.path())).unwrap_err().to_string();
        assert!(error.contains("no RabbitMQ is installed in the folder"), "{error}");
    }
}
