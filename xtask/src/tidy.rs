//! Checks of the source tree's structure that neither the compiler nor clippy makes.
//!
//! Each rule is a plain function to findings, and each finding says what to do about it.

use std::fmt;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::repo::Repo;

mod lengths;
mod names;
mod orphans;
mod purity;
mod seams;
mod tree;
mod words;

use tree::Tree;

/// The rules that need only the text of the tree. Each is named after the module that holds and explains it.
const RULES: [fn(&Tree) -> Vec<Finding>; 4] = [seams::check, names::check, lengths::check, words::check];

/// One place in the tree that breaks a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    file: PathBuf,
    line: usize,
    message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.message)
    }
}

/// Applies every rule to the working copy, prints what breaks one, and fails when something does.
pub(crate) fn run(repo: &Repo, stats: bool) -> Result<()> {
    let tree = Tree::read(repo.root())?;
    if stats {
        println!("{}", lengths::stats(&tree));
    }
    let mut findings: Vec<_> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    findings.extend(purity::check(repo)?);
    findings.extend(orphans::check(&tree, &orphans::compiled(repo)?));
    findings.sort();
    for finding in &findings {
        eprintln!("{finding}");
    }
    if !findings.is_empty() {
        bail!("the source tree breaks its own rules in {} places", findings.len());
    }
    Ok(())
}

/// What a rule finds, as text, in a tree made of these files.
#[cfg(test)]
fn findings(rule: impl Fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("its folder can be made");
        std::fs::write(path, text).expect("the file can be written");
    }
    let tree = Tree::read(folder.path()).expect("the tree can be read");
    rule(&tree).iter().map(Finding::to_string).collect()
}
