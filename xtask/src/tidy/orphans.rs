//! Every Rust file is compiled, by cargo's own account of what went into each target of the workspace.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::{Deserializer, Value};

use super::Finding;
use super::tree::Tree;
use crate::cargo::clippy;
use crate::repo::Repo;

/// Finds Rust files that are not among the `compiled` ones.
pub(super) fn check(tree: &Tree, compiled: &BTreeSet<PathBuf>) -> Vec<Finding> {
    let orphans = tree.rust().filter(|source| !compiled.contains(&source.path));
    let message = "no target compiles this file; declare it with `mod` in the module above it, or delete it";
    orphans.map(|source| Finding { file: source.path.clone(), line: 1, message: message.to_owned() }).collect()
}

/// The files that the workspace's targets are compiled from, relative to the root.
///
/// Cargo names the targets of the current build, so dep-info left over from earlier builds is never read. The lint run
/// has usually built them already, and cargo then only lists them.
pub(super) fn compiled(repo: &Repo) -> Result<BTreeSet<PathBuf>> {
    let mut command = clippy(repo, &["--message-format=json-render-diagnostics"]);
    let output = command.stderr(Stdio::inherit()).output().context("cannot start cargo")?;
    if !output.status.success() {
        bail!("the workspace does not pass its lints, so its targets cannot be listed: run `make lint`");
    }
    let mut files = BTreeSet::new();
    for message in Deserializer::from_slice(&output.stdout).into_iter::<Value>() {
        let message = message.context("cannot read cargo's messages")?;
        let root =
            message["target"]["src_path"].as_str().and_then(|path| Path::new(path).strip_prefix(repo.root()).ok());
        let Some(root) = root else { continue };
        files.insert(root.to_path_buf());
        // A build script is built in a folder of its own, and is a single file here.
        if message["target"]["kind"][0] == "custom-build" {
            continue;
        }
        for artifact in message["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let path = dep_info(Path::new(artifact));
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
            files.extend(
                dependencies(&text).map(|file| file.strip_prefix(repo.root()).map(Path::to_path_buf).unwrap_or(file)),
            );
        }
    }
    Ok(files)
}

/// Where rustc writes what an artifact was compiled from: `libNAME-HASH.rmeta` has `NAME-HASH.d` beside it.
fn dep_info(artifact: &Path) -> PathBuf {
    let stem = artifact.file_stem().unwrap_or_default().to_string_lossy();
    artifact.with_file_name(format!("{}.d", stem.strip_prefix("lib").unwrap_or(&stem)))
}

/// The files that a dep-info names. Each has an empty rule of its own: a line that ends in a colon.
fn dependencies(text: &str) -> impl Iterator<Item = PathBuf> {
    text.lines().filter_map(|line| line.strip_suffix(':')).map(|file| file.replace("\\ ", " ").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_no_target_compiles_is_found() {
        let found = crate::tidy::findings(
            |tree| check(tree, &BTreeSet::from([PathBuf::from("src/lib.rs"), PathBuf::from("src/poll.rs")])),
            &[("src/lib.rs", "mod poll;"), ("src/poll.rs", ""), ("src/lost.rs", ""), ("src/notes.toml", "")],
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("src/lost.rs:1: no target compiles this file"), "{found:?}");
    }

    #[test]
    fn a_dep_info_names_the_files_and_nothing_else() {
        let text = "/t/deps/a-1.d: src/lib.rs src/a\\ b.rs\n\n/t/deps/liba-1.rmeta: src/lib.rs src/a\\ b.rs\n\n\
                    src/lib.rs:\nsrc/a\\ b.rs:\n\n# env-dep:CARGO_PKG_VERSION=0.1.0\n";
        assert_eq!(dependencies(text).collect::<Vec<_>>(), [PathBuf::from("src/lib.rs"), "src/a b.rs".into()]);
        assert_eq!(dep_info(Path::new("/t/deps/liba-1.rmeta")), Path::new("/t/deps/a-1.d"));
    }
}
