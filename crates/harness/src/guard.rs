//! The process between us and the broker: `guard.sh`, which starts `epmd` and RabbitMQ and obeys our end of a pipe.
//!
//! Why a pipe and not `PR_SET_PDEATHSIG`: that signal comes when the *thread* ends which started the process, so a broker
//! started from a test's thread or a runtime's blocking pool would die at an arbitrary moment; it is lost over `fork`,
//! and the launcher forks; and it reaches one process where RabbitMQ is several. The end of a pipe is closed by the
//! kernel when the last thread of its owner is gone, for every reason there is.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::installation::Installation;
use crate::layout::{Layout, MOUNT_POINT};
use crate::ports::Ports;

/// How often a waiting caller looks again.
pub(crate) const GLANCE: Duration = Duration::from_millis(25);

/// How long the kernel may take to end a killed broker; only a disk that hangs takes longer than moments.
const KILLED_WITHIN: Duration = Duration::from_secs(10);

/// Enters the broker's world: `$1` is the root, `$2` the broker's folder, the rest the command. The mounts live in a
/// mount namespace of their own and vanish with the last process in it.
const ENTER: &str = r#"set -e
mount --rbind /proc "$1/proc"
mount --rbind /dev "$1/dev"
mount --bind "$2" "$1$3"
root=$1
shift 3
exec chroot "$root" "$@""#;

/// A running guard, and through it a running broker.
#[derive(Debug)]
pub(crate) struct Guard {
    child: Child,
}

impl Guard {
    /// Starts the broker of `layout`. When this process dies, `made` is removed after the broker is killed.
    pub(crate) fn start(
        installation: &Installation,
        layout: &Layout,
        ports: &Ports,
        made: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let log = File::create(layout.launcher_log()).context("cannot write the launcher's log")?;
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(include_str!("guard.sh")).arg("private-broker");
        command.arg(ports.epmd.to_string()).arg(made.unwrap_or(Path::new(""))).arg(installation.launcher());
        if let Some(root) = installation.root() {
            command.args(["unshare", "--mount", "--", "/bin/sh", "-c", ENTER, "enter"]);
            command.arg(root).arg(layout.folder()).arg(MOUNT_POINT);
        }
        let child = command
            .env_clear()
            .envs(layout.environment(ports))
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(log.try_clone().context("cannot share the launcher's log")?)
            .stderr(log)
            .process_group(0)
            .spawn()
            .context("cannot start `/bin/sh`")?;
        Ok(Self { child })
    }

    /// How the broker ended; absent while it runs.
    pub(crate) fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        self.child.try_wait().context("cannot ask for the broker's state")
    }

    /// Asks for an orderly end, and kills what has not ended after `patience`.
    pub(crate) fn stop(&mut self, patience: Duration) -> anyhow::Result<()> {
        self.tell("stop\n");
        if self.ends_within(patience)? { Ok(()) } else { self.kill() }
    }

    /// Ends the broker as a crash would, and waits for that.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.tell("kill\n");
        anyhow::ensure!(self.ends_within(KILLED_WITHIN)?, "the broker did not end within {KILLED_WITHIN:?} of SIGKILL");
        Ok(())
    }

    fn ends_within(&mut self, patience: Duration) -> anyhow::Result<bool> {
        let deadline = Instant::now() + patience;
        while self.ended()?.is_none() {
            if Instant::now() >= deadline {
                return Ok(false);
            }
            std::thread::sleep(GLANCE);
        }
        Ok(true)
    }

    /// Sends one word. A guard that is gone has no reader, and has already done what the word asks for.
    fn tell(&mut self, word: &str) {
        if let Some(lifeline) = &mut self.child.stdin {
            let _ = lifeline.write_all(word.as_bytes());
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // There is no caller to report a failure to, and the lifeline closes right after this in any case.
        let _ = self.kill();
    }
}

/// How a status reads in a message.
pub(crate) fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "an unknown status".into(),
    }
}
