//! Lines on their way to where they are written, by a thread that may have to wait for that.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes that wait to be written: thousands of lines. Beyond that, lines are dropped.
const BYTES_MAX: usize = 1 << 20;

/// How many lines were dropped. Clones share the count.
#[derive(Clone, Debug, Default)]
pub struct LinesDropped(Arc<AtomicU64>);

/// Lines that wait to be written, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    /// A line was added, or written.
    changed: Condvar,
    dropped: LinesDropped,
}

#[derive(Debug, Default)]
struct State {
    lines: VecDeque<Box<[u8]>>,
    /// The length of all lines.
    bytes: usize,
    /// A line was taken and is being written.
    writing: bool,
}

impl Queue {
    /// Adds a line, or drops it if too much waits already. Never waits for a line to be written.
    pub(super) fn push(&self, line: &[u8]) {
        let mut state = self.state();
        if state.bytes + line.len() > BYTES_MAX {
            return self.dropped.count_one();
        }
        state.bytes += line.len();
        state.lines.push_back(line.into());
        self.changed.notify_all();
    }

    /// Writes the lines as they come, without end. A line that cannot be written is dropped: a disk that was full may have
    /// room for the next one.
    pub(super) fn write_to(&self, mut sink: impl Write) -> ! {
        loop {
            if sink.write_all(&self.next()).is_err() {
                self.dropped.count_one();
            }
            self.state().writing = false;
            self.changed.notify_all();
        }
    }

    /// Waits until all lines are written, at most for `patience`.
    pub(super) fn wait_until_written(&self, patience: Duration) {
        let waits = |state: &mut State| state.writing || !state.lines.is_empty();
        // Whether the time was up makes no difference to the caller, who is about to end.
        drop(self.changed.wait_timeout_while(self.state(), patience, waits));
    }

    /// The count of dropped lines.
    pub(super) fn dropped(&self) -> &LinesDropped {
        &self.dropped
    }

    fn next(&self) -> Box<[u8]> {
        let waits = |state: &mut State| state.lines.is_empty();
        let mut state = self.changed.wait_while(self.state(), waits).unwrap_or_else(PoisonError::into_inner);
        let line = state.lines.pop_front().unwrap_or_default();
        state.bytes -= line.len();
        state.writing = true;
        line
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LinesDropped {
    /// How many they are by now.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn count_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// One write is one line. It always succeeds, because the log must not fail what is logged.
impl Write for &Queue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.push(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
