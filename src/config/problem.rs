//! What is wrong with a configuration: where, why and what to do about it. All of it, never only the first.

use std::fmt;

use super::source::{Place, Snippet, Source, Veil};

/// How many problems of one configuration are told; a file that is something else altogether has thousands.
const TOLD_MAX: usize = 100;

/// Everything that is wrong with one configuration. At least one problem; none of them shows a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Problems {
    what: String,
    told: Vec<Problem>,
    untold: usize,
}

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq)]
pub struct Problem {
    place: String,
    reason: String,
    snippet: Option<Snippet>,
    advice: String,
}

/// Problems as they are found, before they are put in order and given their snippets.
#[derive(Default)]
pub(super) struct Findings {
    found: Vec<(Place, String, String)>,
    veils: Vec<Veil>,
    untold: usize,
}

// === impl Problems ===

impl Problems {
    /// One problem about the configuration as a whole.
    pub(super) fn about(what: impl Into<String>, reason: String, advice: &str) -> Self {
        let mut findings = Findings::default();
        findings.add(&Place::Whole, reason, advice);
        Self::new(findings, &Source::nowhere(what.into()))
    }

    /// The findings in the order of the source, each with the line it is about.
    pub(super) fn new(mut findings: Findings, source: &Source) -> Self {
        findings.found.sort_by_key(|(place, _, _)| place.position());
        let told = findings
            .found
            .into_iter()
            .map(|(place, reason, advice)| Problem {
                snippet: source.snippet(&place, &findings.veils),
                place: source.locate(&place),
                reason,
                advice,
            })
            .collect();
        Self { what: source.name().to_owned(), told, untold: findings.untold }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.told.len() + self.untold
    }
}

impl std::error::Error for Problems {}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.count() == 1 { "problem" } else { "problems" };
        write!(f, "{} {noun} in {}", self.count(), self.what)?;
        for problem in &self.told {
            write!(f, "\n\n{problem}")?;
        }
        if self.untold > 0 {
            write!(f, "\n\nand {} more", self.untold)?;
        }
        Ok(())
    }
}

/// The same as [`fmt::Display`]: there is nothing more to see.
impl fmt::Debug for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)?;
        if let Some(snippet) = &self.snippet {
            write!(f, "\n{snippet}")?;
        }
        write!(f, "\n  = help: {}", self.advice)
    }
}

// === impl Findings ===

impl Findings {
    /// Notes a problem: what is wrong there, and what to do. The reason quotes values only through [`leveret_runtime::quoted`].
    pub(super) fn add(&mut self, place: &Place, reason: impl Into<String>, advice: impl Into<String>) {
        if self.found.len() < TOLD_MAX {
            self.found.push((place.clone(), reason.into(), advice.into()));
        } else {
            self.untold += 1;
        }
    }

    /// Keeps a part of the source out of every snippet, because a secret may stand there.
    pub(super) fn veil(&mut self, veil: Veil) {
        self.veils.push(veil);
    }

    /// Whether nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}
