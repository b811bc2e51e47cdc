//! A file that several consumers append to: one line `task_id ⇥ consumer ⇥ started|done ⇥ time` for each event.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use leveret_runtime::Clock;

/// How much is read at a time. A journal of a million tasks has 150 MB; it is never held whole.
const READ_BYTES_MAX: u64 = 1024 * 1024;

/// An open journal: appends whole lines, and reads the lines it has not seen.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    consumer: String,
    clock: Clock,
    /// How far lines were read: always the begin of a line.
    read_to: u64,
}

impl Journal {
    /// Opens or makes the journal; `consumer` is how this process signs its lines.
    pub(super) fn open(path: &Path, consumer: &str, clock: Clock) -> anyhow::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).read(true).open(path);
        let file = file.with_context(|| format!("cannot open the journal `{}`", path.display()))?;
        Ok(Self { path: path.to_owned(), file, consumer: consumer.replace(['\t', '\n'], " "), clock, read_to: 0 })
    }

    /// Runs `work` while no other process is inside such a call.
    pub(super) fn locked<T>(&mut self, work: impl FnOnce(&mut Self) -> anyhow::Result<T>) -> anyhow::Result<T> {
        self.file.lock().with_context(|| format!("cannot lock the journal `{}`", self.path.display()))?;
        let outcome = work(self);
        self.file.unlock().with_context(|| format!("cannot unlock the journal `{}`", self.path.display()))?;
        outcome
    }

    /// Notes that work on a task begins.
    pub(super) fn start(&mut self, task_id: &str) -> anyhow::Result<()> {
        self.append(task_id, "started")
    }

    /// Records that a task is done.
    pub(super) fn finish(&mut self, task_id: &str) -> anyhow::Result<()> {
        self.append(task_id, "done")
    }

    /// The tasks that became done since the last call, by any consumer. A line that is still being written is left
    /// for the next call.
    pub(super) fn unread(&mut self) -> anyhow::Result<Vec<String>> {
        let mut done = Vec::new();
        loop {
            let mut chunk = Vec::new();
            self.file
                .seek(SeekFrom::Start(self.read_to))
                .and_then(|_| (&self.file).take(READ_BYTES_MAX).read_to_end(&mut chunk))
                .with_context(|| format!("cannot read the journal `{}`", self.path.display()))?;
            let Some(end) = chunk.iter().rposition(|byte| *byte == b'\n') else { return Ok(done) };
            self.read_to += end as u64 + 1;
            done.extend(chunk[..end].split(|byte| *byte == b'\n').filter_map(done_task));
        }
    }

    /// Appends one line by one write: with `O_APPEND` the kernel puts it behind everybody else's, whole. The process may
    /// crash right after; only a crash of the machine loses what was not yet on its disk.
    fn append(&mut self, task_id: &str, event: &str) -> anyhow::Result<()> {
        let line = format!("{task_id}\t{}\t{event}\t{}\n", self.consumer, self.clock.now().wall());
        self.file
            .write_all(line.as_bytes())
            .with_context(|| format!("cannot append to the journal `{}`", self.path.display()))
    }
}

/// The task of a line that says it is done.
fn done_task(line: &[u8]) -> Option<String> {
    let mut fields = std::str::from_utf8(line).ok()?.split('\t');
    let task_id = fields.next()?;
    (fields.nth(1)? == "done").then(|| task_id.to_owned())
}
