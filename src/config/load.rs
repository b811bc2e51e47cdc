//! From bytes or flags to a [`Config`], or to everything that is wrong with them.

use std::path::Path;

use super::document::{self, Node};
use super::findings::{Findings, Origin};
use super::place::Place;
use super::problem::Problems;
use super::validate::Environment;
use super::{Config, reader, validate};
use leveret_runtime::file::{Unreadable, read_file};
use leveret_runtime::secret::variable;

impl Config {
    /// The configuration in a file of YAML. The files that it names must be readable, and the environment variables set.
    ///
    /// # Errors
    /// All problems, each with its line, or that the file cannot be read.
    pub fn from_file(path: &Path) -> Result<Self, Problems> {
        Self::from_bytes(&path.display().to_string(), read_file(path).as_deref())
    }

    /// The configuration in the bytes of a file, or the error of reading it.
    pub(super) fn from_bytes(name: &str, bytes: Result<&[u8], &Unreadable>) -> Result<Self, Problems> {
        match bytes.map(str::from_utf8) {
            Ok(Ok(text)) => Self::from_yaml(name, text),
            Ok(Err(error)) => {
                let reason = format!("the file is not text in UTF-8 after {} bytes", error.valid_up_to());
                Err(Problems::about(name, reason, "save the file with the encoding UTF-8"))
            }
            Err(error) => Err(Problems::about(name, error.why.clone(), &error.advice)),
        }
    }

    /// The configuration in a text of YAML, which problems call `name`.
    ///
    /// # Errors
    /// All problems, each with its line.
    pub(super) fn from_yaml(name: &str, text: &str) -> Result<Self, Problems> {
        let root = document::parse(text.trim_start_matches('\u{feff}')).map_err(|error| {
            let mut findings = Findings::new(name, Origin::File, error.position);
            findings.add(Place::ROOT, error.reason, error.advice);
            Problems::new(findings)
        })?;
        Self::from_tree(&root, &variable, Findings::new(name, Origin::File, root.position.clone()))
    }

    /// The configuration that a tree describes, whether a file or flags were read into it.
    pub(super) fn from_tree(
        root: &Node,
        environment: Environment<'_>,
        mut findings: Findings,
    ) -> Result<Self, Problems> {
        let model = reader::read(root, &mut findings);
        validate::config(&model, environment, &mut findings).ok_or_else(|| Problems::new(findings))
    }
}

#[cfg(test)]
mod tests;
