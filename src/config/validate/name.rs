//! Names of brokers and backlogs: HPAs select them by label, so they must be label values.

use std::collections::{HashMap, HashSet};

use crate::config::problem::Findings;
use crate::config::raw::{Field, Given};
use crate::config::source::Place;
use leveret_runtime::quoted::quoted;

/// The most characters of a Kubernetes label value.
const LENGTH_MAX: usize = 63;

/// The name, which must be there and be a label value that is not empty.
pub(super) fn name(what: &str, field: &Field<String>, place: &Place, findings: &mut Findings) -> Option<Box<str>> {
    match field {
        Field::Absent => {
            findings.add(place, format!("a {what} has no `name`"), "add one: HPAs select by it");
            None
        }
        Field::Broken => None,
        Field::Given(given) => {
            check(what, given, findings);
            Some(given.value.as_str().into())
        }
    }
}

fn check(what: &str, given: &Given<String>, findings: &mut Findings) {
    let (name, place) = (&given.value, &given.place);
    if name.len() > LENGTH_MAX {
        let reason = format!("the {what}'s name has {} bytes", name.len());
        findings.add(
            place,
            reason,
            format!("shorten it to {LENGTH_MAX}: HPAs select by it, and a label holds no more"),
        );
        return;
    }
    let outer = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let inner = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if !(inner && outer(name.chars().next()) && outer(name.chars().last())) {
        let advice =
            "use letters, digits and, between them, `-`, `_` or `.`: HPAs select by it, and a label holds nothing else";
        findings.add(place, format!("{} cannot be a {what}'s name", quoted(name)), advice);
    }
}

/// Tells names that are the same, also if only their case differs, for nobody could tell them apart in a dashboard.
pub(super) fn distinct<'a>(what: &str, names: impl Iterator<Item = &'a Field<String>>, findings: &mut Findings) {
    let (mut exact, mut folded) = (HashSet::new(), HashMap::new());
    for given in names.filter_map(Field::given) {
        let name = given.value.as_str();
        let first = *folded.entry(name.to_lowercase()).or_insert(name);
        if !exact.insert(name) {
            let reason = format!("two {what}s are named {}", quoted(name));
            findings.add(&given.place, reason, "give this one another name");
        } else if first != name {
            let reason = format!("{} differs from {} only by case", quoted(name), quoted(first));
            findings.add(&given.place, reason, format!("give this {what} another name"));
        }
    }
}

/// All names, unless one could not be read.
pub(super) fn all<'a>(names: impl Iterator<Item = &'a Field<String>>) -> Option<Vec<&'a str>> {
    names.map(|name| name.given().map(|given| given.value.as_str())).collect()
}
