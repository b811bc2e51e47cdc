//! The two programs of a broker: RabbitMQ and its `epmd`, each under a guard.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use anyhow::Context as _;

use crate::guard::{Guard, GuardedCommand};
use crate::installation::Installation;
use crate::layout::{Layout, MOUNT_POINT};
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

/// The running programs. Dropping them kills both.
#[derive(Debug)]
pub(crate) struct Server {
    rabbitmq: Guard,
    /// RabbitMQ would start one itself, in a session that no guard knows. Ended after RabbitMQ. A node that has joined another
    /// uses that one's.
    _epmd: Option<Guard>,
}

impl Server {
    /// Starts the broker of `layout`, with or without an `epmd`. When this process dies, `made` is removed after the broker is
    /// killed.
    pub(crate) fn start(
        installation: &Installation,
        layout: &Layout,
        ports: &Ports,
        with_epmd: bool,
        made: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let log = File::create(layout.launcher_log()).context("cannot write the launcher's log")?;
        let start = |program: &str, arguments: &[&str], made: Option<&Path>| {
            let mut command = inside(installation.root(), layout.folder(), OsStr::new(program), made);
            command.args(arguments).env_clear().envs(layout.environment(ports)).current_dir("/");
            let log = log.try_clone().context("cannot share the launcher's log")?;
            command.spawn(log).with_context(|| format!("cannot start `{program}`"))
        };
        let port = ports.epmd.to_string();
        let epmd = with_epmd.then(|| start("epmd", &["-port", &port, "-address", "127.0.0.1"], None)).transpose()?;
        let rabbitmq = start(installation.launcher(), &[], made)?;
        Ok(Self { rabbitmq, _epmd: epmd })
    }

    /// How RabbitMQ ended; absent while it runs.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.rabbitmq.ended()
    }

    /// Asks for an orderly end; what has not ended after `patience` is killed when this is dropped.
    pub(crate) fn stop(mut self, patience: Duration) {
        self.rabbitmq.signal("TERM");
        self.rabbitmq.wait(patience);
    }
}

/// A program in the system of `root`, or in this one.
fn inside(root: Option<&Path>, folder: &Path, program: &OsStr, made: Option<&Path>) -> GuardedCommand {
    let Some(root) = root else { return GuardedCommand::removing(program, made) };
    let mut command = GuardedCommand::removing("unshare", made);
    command.args(["--mount", "--", "/bin/sh", "-c", ENTER, "enter"]);
    command.args([root, folder, Path::new(MOUNT_POINT), Path::new(program)]);
    command
}
