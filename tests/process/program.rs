//! A running `leveret serve` whose log may go where it cannot be written.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use leveret_harness::{GuardedCommand, Process};
use tempfile::TempDir;

use crate::wait;

/// Longer than anything here takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A configuration of one broker that refuses connections.
pub(crate) const CONFIG: &str = "brokers:\n- name: main\n  prometheus: {urls: [\"http://127.0.0.1:9\"]}\n";

/// Where the log goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stderr {
    /// To a file that the test reads.
    File,
    /// To a device that is always full.
    Full,
    /// To a pipe that no process reads from any more.
    Gone,
    /// To a full pipe whose reader does not read.
    Stalled,
}

/// A running Leveret. Dropping it kills it.
pub(crate) struct Program {
    process: Process,
    /// The admin port, on a loopback address of its own: the log cannot always say which port is free.
    admin: SocketAddr,
    folder: TempDir,
}

impl Program {
    /// Starts it without a cluster, with these flags beside those that it needs.
    pub(crate) fn without_cluster(stderr: Stderr, flags: &[&str]) -> Self {
        let access = ["--without-cluster", "--credentials-dir", "credentials", "--log-format", "text"];
        Self::start(stderr, temporary(), &[&access[..], flags].concat(), &[])
    }

    /// Starts it in a folder, which becomes its working directory, with these flags and environment variables.
    pub(crate) fn start(stderr: Stderr, folder: TempDir, flags: &[&str], environment: &[(&str, &str)]) -> Self {
        std::fs::write(folder.path().join("leveret.yaml"), CONFIG).expect("the test's folder is writable");
        let byte = || fastrand::u8(1..255);
        let admin = SocketAddr::from((Ipv4Addr::new(127, byte(), byte(), byte()), fastrand::u16(20_000..32_000)));
        let mut command = GuardedCommand::new("/bin/sh");
        let script = format!("{}\nexec \"$@\"", stderr.redirection());
        command
            .current_dir(folder.path())
            .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_leveret"), "serve", "--listen", "127.0.0.1:0"])
            .args(["--admin-listen", &admin.to_string(), "--shutdown-delay", "0s"])
            .args(flags)
            .envs(environment.iter().copied());
        let process = Process::start("leveret", folder.path(), command).expect("`/bin/sh` can be started");
        Self { process, admin, folder }
    }

    /// Waits until the admin port answers this page with status 200, and returns the answer.
    #[track_caller]
    pub(crate) fn page(&mut self, path: &str) -> String {
        wait::until(path, PATIENCE, || {
            self.process.check().unwrap_or_else(|ended| panic!("{ended}"));
            let answer = get(self.admin, path).map_err(|error| error.to_string())?;
            if answer.starts_with("HTTP/1.1 200 ") { Ok(answer) } else { Err(answer) }
        })
    }

    /// Waits until its log, which goes to a file, has a line with these words.
    #[track_caller]
    pub(crate) fn logs(&mut self, words: &str) {
        wait::until(words, PATIENCE, || {
            let log = self.process.log();
            if log.contains(words) { Ok(()) } else { Err(log) }
        });
    }

    /// Sends a signal by its name without `SIG`.
    pub(crate) fn signal(&mut self, name: &str) {
        self.process.signal(name);
    }

    /// Ends it by SIGTERM, and expects that it exits with 0.
    #[track_caller]
    pub(crate) fn stop(&mut self) {
        let status = self.process.stop(PATIENCE);
        let log = self.process.log();
        assert!(status.is_some_and(|status| status.success()), "Leveret ended with {status:?}\n{log}");
    }

    /// The exit status after it has ended by itself.
    #[track_caller]
    pub(crate) fn exit_status(&mut self) -> Option<i32> {
        let status =
            wait::until("its end", PATIENCE, || self.process.ended().ok_or_else(|| "it still runs".to_owned()));
        status.code()
    }

    /// Its log, if that goes to a file.
    pub(crate) fn log(&self) -> String {
        self.process.log()
    }

    /// One of its files.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Stderr {
    /// What a shell runs before it becomes the program, in a folder of its own.
    fn redirection(self) -> &'static str {
        match self {
            Self::File => "",
            Self::Full => "exec 2>/dev/full",
            Self::Gone => "mkfifo pipe\nexec 3<>pipe 2>pipe 3<&-",
            Self::Stalled => {
                "mkfifo pipe\nexec 3<>pipe\ndd if=/dev/zero of=pipe bs=4096 oflag=nonblock 2>/dev/null\nexec 2>&3"
            }
        }
    }
}

/// An empty folder.
pub(crate) fn temporary() -> TempDir {
    tempfile::Builder::new().prefix("leveret").tempdir().expect("a temporary folder")
}

/// A path as a flag's value.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("the test's folder has a name in UTF-8")
}

/// The whole answer to one request.
fn get(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
