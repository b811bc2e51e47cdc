//! What a process takes of this machine.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// What a process takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Resident memory.
    pub(crate) rss_kib: u64,
    pub(crate) threads: u64,
    /// Open file descriptors.
    pub(crate) files: u64,
}

/// How much more memory than at the start is still no growth.
const MORE_RSS_KIB: u64 = 64 << 10;

/// How many threads more are still no growth: names are resolved on threads that end later.
const MORE_THREADS: u64 = 64;

/// How many file descriptors more are still no growth: connections end later.
const MORE_FILES: u64 = 100;

impl Usage {
    /// What the `leveret` that was started with this folder takes; none if there is none.
    pub(crate) fn of_leveret(folder: &Path) -> Option<Self> {
        Self::of(&process_with(folder)?)
    }

    fn of(process: &Path) -> Option<Self> {
        let status = fs::read_to_string(process.join("status")).ok()?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        let files = fs::read_dir(process.join("fd")).ok()?.count() as u64;
        Some(Self { rss_kib: field("VmRSS:")?, threads: field("Threads:")?, files })
    }

    /// Whether it has grown since `before` by more than what comes and goes.
    pub(crate) fn has_grown_since(&self, before: &Self) -> bool {
        self.rss_kib > before.rss_kib + MORE_RSS_KIB
            || self.threads > before.threads + MORE_THREADS
            || self.files > before.files + MORE_FILES
    }
}

/// The process that is called `leveret` and has this folder on its command line.
fn process_with(folder: &Path) -> Option<PathBuf> {
    let folder = folder.as_os_str().as_encoded_bytes();
    let processes = fs::read_dir("/proc").ok()?.filter_map(Result::ok).map(|entry| entry.path());
    processes.into_iter().find(|process| {
        let program = fs::read_link(process.join("exe")).ok();
        let is_leveret = program.as_deref().and_then(Path::file_name) == Some(OsStr::new("leveret"));
        let arguments = fs::read(process.join("cmdline")).unwrap_or_default();
        is_leveret && arguments.split(|byte| *byte == 0).any(|argument| argument == folder)
    })
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rss_kib, threads, files } = self;
        write!(f, "RSS {} MiB, {threads} threads, {files} file descriptors", rss_kib >> 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_takes_something() {
        let usage = Usage::of(Path::new("/proc/self")).expect("it runs");
        assert!(usage.rss_kib > 0 && usage.threads > 0 && usage.files > 2, "{usage}");
        assert!(!usage.has_grown_since(&usage));
        assert!(Usage { files: usage.files + 101, ..usage }.has_grown_since(&usage));
    }
}
