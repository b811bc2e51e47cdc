//! Names of brokers and backlogs: HPAs select them by label, so they must be label values.

use std::collections::HashMap;

use crate::config::findings::Findings;
use crate::config::model;
use crate::config::place::Place;
use crate::config::setting::{Given, Setting};
use leveret_core::label;
use leveret_core::suggest::nearest;

/// The names of all brokers, with where they are given.
pub(super) struct Names<'a>(Vec<&'a Given<String>>);

/// The name of something at `owner`, which must be there and be a label value that is not empty.
pub(super) fn name(setting: &Setting<String>, owner: Place, findings: &mut Findings) -> Option<Box<str>> {
    if setting.is_absent() {
        findings.add(owner, "`name` is missing", "add one: HPAs select by it");
    }
    let given = setting.given()?;
    check(given, findings);
    Some(given.value.as_str().into())
}

fn check(given: &Given<String>, findings: &mut Findings) {
    let Given { value: name, place } = given;
    if name.len() > label::LENGTH_MAX {
        let advice = format!("shorten it to {}: HPAs select by it, and a label holds no more", label::LENGTH_MAX);
        return findings.add(*place, format!("this name has {} bytes", name.len()), advice);
    }
    if !label::can_hold(name) {
        let advice =
            "use letters, digits and, between them, `-`, `_` or `.`: HPAs select by it, and a label holds nothing else";
        findings.add(*place, "this is not a valid name", advice);
    }
}

/// Reports names that are the same. Names that differ only by case count, because they look alike in a dashboard.
pub(super) fn distinct<'a>(names: impl Iterator<Item = &'a Setting<String>>, findings: &mut Findings) {
    let (mut exact, mut folded) = (HashMap::new(), HashMap::new());
    for Given { value: name, place } in names.filter_map(Setting::given) {
        let same = exact.insert(name, *place);
        let alike = *folded.entry(name.to_lowercase()).or_insert(*place);
        let reason = match same {
            Some(other) => format!("this is the same as `{}`", findings.path(other)),
            None if alike != *place => format!("this differs from `{}` only by case", findings.path(alike)),
            None => continue,
        };
        findings.add(*place, reason, "write another name here");
    }
}

impl<'a> Names<'a> {
    /// The names of all brokers, unless one could not be read.
    pub(super) fn of(brokers: &'a Setting<model::List<model::Broker>>) -> Option<Self> {
        let brokers = brokers.value().into_iter().flatten();
        brokers.map(|broker| broker.inner(|broker| &broker.name).given()).collect::<Option<_>>().map(Self)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn first(&self) -> Option<&'a str> {
        self.0.first().map(|given| given.value.as_str())
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|given| given.value == name)
    }

    /// What to do about a name that is not among them.
    pub(super) fn advice(&self, name: &str, findings: &Findings) -> String {
        let nearest = nearest(name, self.0.iter().map(|given| given.value.as_str()));
        match self.0.iter().find(|given| Some(given.value.as_str()) == nearest) {
            Some(given) => format!("it resembles `{}`: check the spelling", findings.path(given.place)),
            None => "write the `name` of one of the `brokers`, or add a broker with this name".to_owned(),
        }
    }
}
