//! Done once, with and without a journal.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;

use super::*;

#[expect(clippy::disallowed_methods, reason = "the test reads what the ledger has written")]
fn done_lines(path: &Path) -> BTreeMap<String, usize> {
    let mut lines = BTreeMap::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        assert_eq!(fields.len(), 4, "{line}");
        if fields[2] == "done" {
            *lines.entry(fields[0].to_owned()).or_default() += 1;
        }
    }
    lines
}

#[test]
fn memory_is_bounded_and_forgets_the_oldest() {
    let mut ledger = Ledger::in_memory(2);
    for task_id in ["a", "b", "c"] {
        assert!(ledger.finish(task_id).unwrap());
    }
    assert!(!ledger.finish("c").unwrap());
    assert!(!ledger.is_done("a").unwrap());
    assert!(ledger.is_done("b").unwrap());
    assert_eq!(ledger.done.len(), 2);
}

#[test]
fn two_ledgers_share_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let mut one = Ledger::shared(100, &path, "one").unwrap();
    let mut two = Ledger::shared(100, &path, "two").unwrap();
    one.start("a").unwrap();
    assert!(!two.is_done("a").unwrap(), "started is not done");
    assert!(one.finish("a").unwrap());
    assert!(two.is_done("a").unwrap());
    assert!(!two.finish("a").unwrap(), "the second to finish records nothing");
    // A consumer that starts later knows it too: that is the crash between record and ack.
    assert!(Ledger::shared(100, &path, "three").unwrap().is_done("a").unwrap());
    assert_eq!(done_lines(&path), BTreeMap::from([("a".to_owned(), 1)]));
}

#[test]
fn half_a_line_waits_for_its_other_half() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let mut ledger = Ledger::shared(100, &path, "one").unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"a\tother\tdo").unwrap();
    assert!(!ledger.is_done("a").unwrap());
    file.write_all(b"ne\tnow\n\xff\xfe\tno\tdone\n").unwrap();
    assert!(ledger.is_done("a").unwrap());
}

#[test]
fn many_who_finish_the_same_tasks_record_each_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    std::thread::scope(|scope| {
        for consumer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                let mut ledger = Ledger::shared(1000, path, &format!("consumer-{consumer}")).unwrap();
                for task in 0..200 {
                    ledger.finish(&format!("task-{task}")).unwrap();
                }
            });
        }
    });
    let lines = done_lines(&path);
    assert_eq!(lines.len(), 200);
    assert!(lines.values().all(|count| *count == 1));
}
