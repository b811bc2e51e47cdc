//! The pages that list signals and reasons.

use std::collections::BTreeSet;

use crate::catalog::{Reason, SIGNALS};

const SIGNALS_PAGE: &str = include_str!("../../../../../docs/signals.md");
const TROUBLESHOOTING_PAGE: &str = include_str!("../../../../../docs/troubleshooting.md");

fn all_reasons() -> BTreeSet<&'static str> {
    Reason::ALL.into_iter().map(Reason::as_str).collect()
}

#[test]
fn every_signal_is_listed() {
    for row in &SIGNALS {
        let line = format!("| `{}` | {} | {} | {} |", row.name, row.unit, row.help, row.formula);
        assert!(SIGNALS_PAGE.contains(&line), "docs/signals.md lacks the line: {line}");
    }
}

#[test]
fn exactly_the_reasons_are_listed() {
    let (_, table) = SIGNALS_PAGE.split_once("| Reason |").expect("a table of reasons");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let listed: BTreeSet<_> = rows.filter_map(|line| line.split('`').nth(1)).collect();
    assert_eq!(listed, all_reasons());
}

#[test]
fn every_reason_has_its_place_in_troubleshooting() {
    let named: BTreeSet<_> = TROUBLESHOOTING_PAGE.split('`').skip(1).step_by(2).collect();
    let missing: Vec<_> = all_reasons().into_iter().filter(|reason| !named.contains(reason)).collect();
    assert!(missing.is_empty(), "docs/troubleshooting.md lacks {missing:?}");
}
