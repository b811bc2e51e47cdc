//! The process between us and a program: `guard.sh`, which starts the program and obeys our end of a pipe.
//!
//! Why a pipe and not `PR_SET_PDEATHSIG`: that signal comes when the *thread* ends which started the process, so a program
//! started from a test's thread or a runtime's blocking pool would die at an arbitrary moment; it is lost over `fork`,
//! and RabbitMQ's launcher forks; and it reaches one process where a program may be several. The end of a pipe is closed by
//! the kernel when the last thread of its owner is gone, for every reason there is.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write as _};
use std::ops::{Deref, DerefMut};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How often a waiting caller looks again.
pub(crate) const GLANCE: Duration = Duration::from_millis(25);

/// A program to be started under a guard. Arguments and environment are set as on a [`Command`]; standard input is empty.
#[derive(Debug)]
pub struct GuardedCommand(Command);

impl GuardedCommand {
    /// A program without arguments, found like a [`Command`]'s.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self::removing(program, None)
    }

    /// The same. When this process ends before the program, `folder` is removed after the program is killed.
    pub(crate) fn removing(program: impl AsRef<OsStr>, folder: Option<&Path>) -> Self {
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(include_str!("guard.sh")).arg("guard");
        command.arg(folder.unwrap_or(Path::new(""))).arg(program);
        Self(command)
    }

    /// Starts the program; what it prints goes to `log`. A program that cannot be found says so there and ends with 127.
    pub(crate) fn spawn(mut self, log: File) -> io::Result<Guard> {
        let child = self.stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log).process_group(0).spawn().map_err(
            |error| io::Error::new(error.kind(), format!("cannot start `/bin/sh`, which guards each program: {error}")),
        )?;
        Ok(Guard(child))
    }
}

impl Deref for GuardedCommand {
    type Target = Command;

    fn deref(&self) -> &Command {
        &self.0
    }
}

impl DerefMut for GuardedCommand {
    fn deref_mut(&mut self) -> &mut Command {
        &mut self.0
    }
}

/// A running guard, and through it a running program. Dropping it kills the program and all that is left of what it started.
#[derive(Debug)]
pub(crate) struct Guard(Child);

impl Guard {
    /// How the program ended, a signal N as the exit status 128 + N; absent while it runs.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("only this guard waits for its child")
    }

    /// Sends a signal by its name without `SIG`; `KILL` goes to all that the program started in its session.
    pub(crate) fn signal(&mut self, name: &str) {
        if let Some(pipe) = &mut self.0.stdin {
            // A guard that is gone has no program left to send a signal to.
            let _ = pipe.write_all(format!("{name}\n").as_bytes());
        }
    }

    /// Waits for the end of the program, at most for `patience`.
    pub(crate) fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + patience;
        loop {
            let ended = self.ended();
            if ended.is_some() || Instant::now() >= deadline {
                return ended;
            }
            std::thread::sleep(GLANCE);
        }
    }

    /// Ends the program as a crash would, and waits for that.
    pub(crate) fn kill(&mut self) {
        self.signal("KILL");
        // Waiting must not close the pipe, which would make the guard remove the folder.
        let pipe = self.0.stdin.take();
        self.0.wait().expect("only this guard waits for its child");
        self.0.stdin = pipe;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.kill();
    }
}
