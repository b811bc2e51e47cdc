//! What is wrong with a configuration: where, why and what to do about it. All of it, not only the first.

use std::fmt;

use super::findings::Findings;

/// Everything that is wrong with one configuration, at least one problem.
///
/// No line of the file and no text that the user wrote as a value is in it, because any of them may hold a secret. Numbers,
/// durations and the names of keys are.
#[derive(Clone, PartialEq, Eq)]
pub struct Problems {
    what: String,
    reported: Vec<Problem>,
    omitted: usize,
}

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) place: String,
    pub(super) reason: String,
    pub(super) advice: String,
}

impl Problems {
    /// One problem about the configuration as a whole.
    pub(super) fn about(what: impl Into<String>, reason: String, advice: &str) -> Self {
        let what = what.into();
        let problem = Problem { place: what.clone(), reason, advice: advice.to_owned() };
        Self { what, reported: vec![problem], omitted: 0 }
    }

    /// The findings in the order of the file.
    pub(super) fn new(findings: Findings) -> Self {
        let (what, reported, omitted) = findings.into_problems();
        Self { what, reported, omitted }
    }

    /// Logs each on a line of its own, in fields that a machine can read.
    pub fn log(&self) {
        for Problem { place, reason, advice } in &self.reported {
            tracing::error!(place, error = reason, help = advice, "a problem of the configuration");
        }
    }

    /// How many there are, and of what.
    pub fn summary(&self) -> String {
        let noun = if self.count() == 1 { "problem" } else { "problems" };
        format!("{} {noun} in {}", self.count(), self.what)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.reported.len() + self.omitted
    }
}

impl std::error::Error for Problems {}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())?;
        for Problem { place, reason, advice } in &self.reported {
            write!(f, "\n\n{place}: {reason}\n  help: {advice}")?;
        }
        if self.omitted > 0 {
            write!(f, "\n\nand {} more", self.omitted)?;
        }
        Ok(())
    }
}

/// The same as [`fmt::Display`].
impl fmt::Debug for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
