//! The files that the rules check.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Folders without sources: build output and captured answers of brokers.
const SKIPPED: [&str; 2] = ["target", "fixtures"];

/// The extensions of source files and documents.
const KINDS: [&str; 7] = ["rs", "go", "sh", "toml", "yaml", "yml", "md"];

/// The source files of a working copy, in the order of their paths.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) files: Vec<Source>,
}

/// One file.
#[derive(Debug)]
pub(super) struct Source {
    /// Relative to the root of the working copy.
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl Tree {
    /// Reads every source file below `root`, except build output and captured answers.
    pub(super) fn read(root: &Path) -> Result<Tree> {
        let mut paths = Vec::new();
        walk(root, &mut paths)?;
        paths.sort();
        let files = paths.iter().map(|path| Source::read(root, path)).collect::<Result<_>>()?;
        Ok(Tree { files })
    }

    /// The Rust files.
    pub(super) fn rust(&self) -> impl Iterator<Item = &Source> {
        self.files.iter().filter(|source| source.is_rust())
    }
}

impl Source {
    fn read(root: &Path, path: &Path) -> Result<Source> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let path = path.strip_prefix(root).context("the file is not below the root")?.to_path_buf();
        Ok(Source { path, text })
    }

    fn is_rust(&self) -> bool {
        self.path.extension().is_some_and(|kind| kind == "rs")
    }

    /// The line, counted from 1, of a byte of `text`.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.text[..offset].matches('\n').count() + 1
    }
}

/// Whether a file holds nothing but tests.
pub(super) fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests") || path.file_stem().is_some_and(|stem| stem == "tests")
}

/// Collects the source files of a folder and those below it. Hidden files and folders are left out.
fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list `{}`", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !name.starts_with('.') && !SKIPPED.contains(&&*name) {
            walk(&path, paths)?;
        } else if path.is_file() && path.extension().is_some_and(|kind| KINDS.iter().any(|it| kind == *it)) {
            paths.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read_and_built_captured_and_hidden_files_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let files = ["src/a.rs", "tests/fixtures/b.yaml", "target/c.rs", ".hidden/d.rs", "e.txt", "manifests/f.yaml"];
        for file in files.map(|file| folder.path().join(file)) {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "// text\n").unwrap();
        }
        let tree = Tree::read(folder.path()).unwrap();
        let paths: Vec<_> = tree.files.iter().map(|source| source.path.to_str().unwrap()).collect();
        assert_eq!(paths, ["manifests/f.yaml", "src/a.rs"]);
    }
}
