//! A program that ends with the process that started it, however that ends.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Runs the program given as arguments, sends it the signals named on standard input, and kills it when standard input
/// is closed, which the kernel does for a test that was itself killed.
const GUARD: &str = r#"
setsid "$@" </dev/null & child=$!
exec 3<&0
( while read -r signal; do kill -s "$signal" "$child"; done; kill -s KILL -- "-$child" ) <&3 2>/dev/null & lifeline=$!
exec 3<&-
wait "$child"; status=$?
kill -s KILL "$lifeline"
exit "$status""#;

/// A running program with its log.
#[derive(Debug)]
pub struct Process {
    name: String,
    guard: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `program`; what it prints goes to `NAME.log` in `folder`.
    #[track_caller]
    pub fn start(
        name: &str,
        folder: &Path,
        program: &Path,
        configure: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Self {
        let log = folder.join(format!("{name}.log"));
        let file = File::options().create(true).append(true).open(&log).expect("the test's folder is writable");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", GUARD, "guard"]).arg(program);
        configure(&mut command);
        let guard = command
            .stdin(Stdio::piped())
            .stdout(file.try_clone().expect("a file can be shared"))
            .stderr(file)
            .process_group(0)
            .spawn()
            .expect("`/bin/sh` can be started");
        Self { name: name.to_owned(), guard, log }
    }

    /// Sends a signal by its name without `SIG`.
    pub fn signal(&mut self, signal: &str) {
        if let Some(lifeline) = &mut self.guard.stdin {
            // A guard that is gone has no process left to send a signal to.
            let _ = writeln!(lifeline, "{signal}");
        }
    }

    /// How it ended; absent while it runs.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.guard.try_wait().expect("a child can be waited for")
    }

    /// Asks it to end and waits for that; after `patience` it is killed.
    pub fn stop(&mut self, patience: Duration) -> Option<ExitStatus> {
        self.signal("TERM");
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if let Some(status) = self.ended() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.kill();
        None
    }

    /// Kills it and waits for that.
    pub fn kill(&mut self) {
        drop(self.guard.stdin.take());
        self.guard.wait().expect("a child can be waited for");
    }

    /// All that it has printed.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Its name and the end of its log, for a message about a failure.
    pub fn tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        format!("{} printed last:\n{}", self.name, lines[lines.len().saturating_sub(15)..].join("\n"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.ended().is_none() {
            self.kill();
        }
    }
}
