//! The programs of a broker: RabbitMQ and its `epmd`, each under a guard.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use anyhow::Context as _;

use crate::guard::{Guard, GuardedCommand};
use crate::installation::Installation;
use crate::layout::{Layout, MOUNT_POINT};
use crate::options::Options;
use crate::ports::Ports;

/// Enters the folder that holds the broker's system: `$1` is the root, `$2` the broker's folder, `$3` where it is mounted, the
/// rest the command. The mounts live in a mount namespace of their own and vanish with the last process in it.
const ENTER: &str = r#"set -e
mount --rbind /proc "$1/proc"
mount --rbind /dev "$1/dev"
mount --bind "$2" "$1$3"
root=$1
shift 3
exec chroot "$root" "$@""#;

/// A running RabbitMQ. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Server {
    rabbitmq: Guard,
}

impl Server {
    /// Starts the broker of `layout`, whose `epmd` runs. When this process dies, `made` is removed after the broker is killed.
    pub(crate) fn start(
        installation: &Installation,
        layout: &Layout,
        ports: &Ports,
        options: &Options,
        made: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let log = File::create(layout.launcher_log()).context("cannot write the launcher's log")?;
        let mut command = inside(installation.root(), layout.folder(), OsStr::new(installation.launcher()), made);
        command.env_clear().envs(layout.environment(ports, options)).current_dir("/");
        let rabbitmq = command.spawn(log).with_context(|| format!("cannot start `{}`", installation.launcher()))?;
        Ok(Self { rabbitmq })
    }

    /// How RabbitMQ ended; absent while it runs.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.rabbitmq.ended()
    }

    /// Sends a signal by its name without `SIG`.
    pub(crate) fn signal(&mut self, name: &str) {
        self.rabbitmq.signal(name);
    }

    /// Asks for an orderly end; what has not ended after `patience` is killed when this is dropped.
    pub(crate) fn stop(mut self, patience: Duration) {
        self.rabbitmq.signal("TERM");
        self.rabbitmq.wait(patience);
    }
}

/// Starts the `epmd` of a cluster.
pub(crate) fn epmd(
    installation: &Installation,
    layout: &Layout,
    ports: &Ports,
    options: &Options,
) -> anyhow::Result<Guard> {
    let log = File::create(layout.epmd_log()).context("cannot write the log of `epmd`")?;
    let mut command = inside(installation.root(), layout.folder(), OsStr::new("epmd"), None);
    command.args(["-port", &ports.epmd.to_string(), "-address", "127.0.0.1"]);
    command.env_clear().envs(layout.environment(ports, options)).current_dir("/");
    command.spawn(log).context("cannot start `epmd`")
}

/// A program in the system of `root`, or in this one.
pub(crate) fn inside(root: Option<&Path>, folder: &Path, program: &OsStr, made: Option<&Path>) -> GuardedCommand {
    let Some(root) = root else { return GuardedCommand::removing(program, made) };
    let mut command = GuardedCommand::removing("unshare", made);
    command.args(["--mount", "--", "/bin/sh", "-c", ENTER, "enter"]);
    command.args([root, folder, Path::new(MOUNT_POINT), Path::new(program)]);
    command
}
