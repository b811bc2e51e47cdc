//! The documentation lists the signals and the reasons that there are, and no others.

use std::collections::BTreeSet;

use crate::catalog::{Reason, SIGNALS};

const SIGNALS_PAGE: &str = include_str!("../../../../../docs/signals.md");
const TROUBLESHOOTING_PAGE: &str = include_str!("../../../../../docs/troubleshooting.md");

/// The rows of the table under a heading, as their cells.
fn table<'a>(page: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let (_, section) = page.split_once(&format!("\n## {heading}\n")).expect("the page has this heading");
    let rows = section.lines().take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with('|'));
    // After the head and its underline.
    rows.skip(2).map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

#[test]
fn every_signal_is_documented() {
    for row in &SIGNALS {
        let line = format!("| `{}` | {} | {} | {} |", row.name, row.unit, row.help, row.formula);
        assert!(SIGNALS_PAGE.contains(&line), "docs/signals.md lacks the line: {line}");
    }
}

#[test]
fn the_reasons_and_their_statuses_are_those_of_the_documentation() {
    let rows = table(SIGNALS_PAGE, "When there is no number");
    let documented: Vec<_> = rows.iter().map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
    let reasons = Reason::ALL.map(|reason| (format!("`{reason}`"), reason.status().code().to_string()));
    assert_eq!(documented, reasons, "docs/signals.md");
}

#[test]
fn every_reason_has_its_help() {
    let rows = table(TROUBLESHOOTING_PAGE, "There is no number");
    let helped: Vec<_> = rows.iter().flat_map(|row| row[0].split(", ")).collect();
    let distinct: BTreeSet<_> = helped.iter().map(|&reason| reason.to_owned()).collect();
    assert_eq!(distinct, Reason::ALL.map(|reason| format!("`{reason}`")).into(), "docs/troubleshooting.md");
    assert_eq!(helped.len(), distinct.len(), "docs/troubleshooting.md names a reason twice");
}

#[test]
fn every_reason_is_in_the_list_once() {
    let words: BTreeSet<_> = Reason::ALL.map(Reason::as_str).into();
    assert_eq!(words.len(), Reason::ALL.len());
    for (place, reason) in Reason::ALL.into_iter().enumerate() {
        assert_eq!(reason as usize, place);
    }
}
