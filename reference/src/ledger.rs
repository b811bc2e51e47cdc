//! Which tasks are done, so that a task that comes twice is done once.
//!
//! A message comes again when a consumer died, lost its connection, or could not ack; or when a producer, unsure whether
//! its first copy arrived, sent a second. The order is therefore: work, *record*, ack. Between recording and ack any
//! crash leads to a second delivery, which the record turns into a bare ack. Between work and record a crash leads to
//! the work being done again: only a transaction around both could prevent that, and a real consumer's record belongs
//! into the same database transaction as its effect.

mod journal;

use std::collections::{HashSet, VecDeque};
use std::path::Path;

use leveret_runtime::Clock;

pub use journal::Journal;

/// Remembers done tasks: the latest in memory, and all of them in a journal when there is one, which then also records
/// what other consumers have done.
#[derive(Debug)]
pub struct Ledger {
    done: HashSet<String>,
    order: VecDeque<String>,
    capacity: usize,
    journal: Option<Journal>,
}

impl Ledger {
    /// How many tasks are remembered in memory: a redelivery follows its first delivery within moments, not within a
    /// hundred thousand tasks. At 40 bytes for a `task_id`, twice, that is 16 MB.
    pub const CAPACITY: usize = 100_000;

    /// A ledger in memory alone: it forgets with the process, so tasks that another consumer did are not known.
    pub fn in_memory(capacity: usize) -> Self {
        Self { done: HashSet::new(), order: VecDeque::new(), capacity, journal: None }
    }

    /// A ledger that shares the journal at `path` with other consumers, as `consumer`.
    pub fn shared(capacity: usize, path: &Path, consumer: &str) -> anyhow::Result<Self> {
        Ok(Self { journal: Some(Journal::open(path, consumer, Clock::system())?), ..Self::in_memory(capacity) })
    }

    /// Whether `task_id` was done before, here or by another consumer of the journal.
    pub fn is_done(&mut self, task_id: &str) -> anyhow::Result<bool> {
        self.learn()?;
        Ok(self.done.contains(task_id))
    }

    /// Notes that work begins; only the journal cares.
    pub fn start(&mut self, task_id: &str) -> anyhow::Result<()> {
        self.journal.as_mut().map_or(Ok(()), |journal| journal.start(task_id))
    }

    /// Records that `task_id` is done; false when another consumer has recorded it first. Checking and recording are
    /// one step under the journal's lock, so the journal never holds two such records of one task.
    pub fn finish(&mut self, task_id: &str) -> anyhow::Result<bool> {
        let Some(mut journal) = self.journal.take() else {
            return Ok(self.remember(task_id.to_owned()));
        };
        let recorded = journal.locked(|journal| {
            for done in journal.unread()? {
                self.remember(done);
            }
            if self.done.contains(task_id) {
                return Ok(false);
            }
            journal.finish(task_id)?;
            Ok(true)
        });
        self.journal = Some(journal);
        recorded
    }

    /// Reads what was added to the journal since the last time.
    fn learn(&mut self) -> anyhow::Result<()> {
        if let Some(journal) = &mut self.journal {
            for task_id in journal.unread()? {
                self.remember(task_id);
            }
        }
        Ok(())
    }

    /// Whether the task is new; the oldest is forgotten for it.
    fn remember(&mut self, task_id: String) -> bool {
        if !self.done.insert(task_id.clone()) {
            return false;
        }
        self.order.push_back(task_id);
        if self.order.len() > self.capacity
            && let Some(oldest) = self.order.pop_front()
        {
            self.done.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests;
