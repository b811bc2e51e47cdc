//! A journal shared by consumers, as a test reads it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tempfile::TempDir;

pub(crate) struct Journal {
    folder: TempDir,
}

impl Journal {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder can be made") }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    /// How many `event` lines each task has.
    pub(crate) fn count(&self, event: &str) -> BTreeMap<String, usize> {
        let text = std::fs::read_to_string(self.path()).unwrap_or_default();
        let mut counts = BTreeMap::new();
        for fields in text.lines().map(|line| line.split('\t').collect::<Vec<_>>()) {
            if fields[2] == event {
                *counts.entry(fields[0].to_owned()).or_default() += 1;
            }
        }
        counts
    }

    /// All of `count` tasks are done, and none twice.
    #[track_caller]
    pub(crate) fn assert_done_once(&self, count: usize) {
        let done = self.count("done");
        assert_eq!(done.len(), count, "{done:?}");
        assert!(done.values().all(|times| *times == 1), "{done:?}");
    }
}
