//! What the reference programs write down: the consumers' shared journal of tasks, and the producer's last word.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use leveret_runtime::file::read_file;

/// What a journal says about the tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Distinct tasks done.
    pub(super) done: u64,
    /// Tasks done a second time, each time counted.
    pub(super) duplicates: u64,
}

/// Counts a journal; one that has not been written yet is empty.
pub(super) fn tally(path: &Path) -> Result<Tally> {
    if !path.exists() {
        return Ok(Tally::default());
    }
    let bytes = read_file(path).map_err(|error| anyhow!(error))?;
    Ok(count(&String::from_utf8_lossy(&bytes)))
}

/// How many messages the broker has confirmed, by the last line of the producer's log that says so.
pub(super) fn published(log: &Path) -> Result<u64> {
    let bytes = read_file(log).map_err(|error| anyhow!(error))?;
    let said = last_count(&String::from_utf8_lossy(&bytes));
    said.with_context(|| format!("the producer did not say in `{}` how many messages it published", log.display()))
}

/// The field `published` of the last JSON line that has one, wherever the log's format puts fields.
fn last_count(log: &str) -> Option<u64> {
    let lines = log.lines().rev().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut counts = lines.filter_map(|line| line["fields"]["published"].as_u64().or(line["published"].as_u64()));
    counts.next()
}

/// Counts lines `task_id ⇥ consumer ⇥ started|done ⇥ time`.
fn count(journal: &str) -> Tally {
    let mut times: HashMap<&str, u64> = HashMap::new();
    for line in journal.lines() {
        let mut fields = line.split('\t');
        if let (Some(task), Some("done")) = (fields.next(), fields.nth(1)) {
            *times.entry(task).or_default() += 1;
        }
    }
    let (done, lines) = (times.len() as u64, times.values().sum::<u64>());
    Tally { done, duplicates: lines - done }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_done_by_two_consumers_is_one_task_and_one_duplicate() {
        let journal = "a\tone\tstarted\tt\na\tone\tdone\tt\nb\ttwo\tstarted\tt\na\ttwo\tdone\tt\nc\ttwo\tdone\tt\nc";
        assert_eq!(count(journal), Tally { done: 2, duplicates: 1 });
    }

    #[test]
    fn the_producer_has_the_last_word() {
        let log = "{\"fields\":{\"message\":\"connected\"}}\n{\"fields\":{\"message\":\"done\",\"published\":61}}\nnot JSON\n";
        assert_eq!(last_count(log), Some(61));
        assert_eq!(last_count("{\"published\":7}"), Some(7));
        assert_eq!(last_count("{}\n"), None);
    }

    #[test]
    fn no_journal_is_an_empty_one() {
        assert_eq!(tally(Path::new("/no/such/journal")).unwrap(), Tally::default());
    }
}
