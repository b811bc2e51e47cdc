//! Every Rust file is compiled: it is a crate's root, or a `mod` declaration reaches it from one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Finding;
use super::tree::{Source, Tree};

/// Finds Rust files that no crate compiles, and files called `mod.rs`, which hide their module's name.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<PathBuf> = roots(tree);
    while let Some(path) = next.pop() {
        let Some(source) = tree.rust().find(|source| source.path == path) else { continue };
        if reached.insert(path) {
            next.extend(declared(source, tree));
        }
    }
    let finding =
        |source: &Source, message: &str| Finding { file: source.path.clone(), line: 1, message: message.to_owned() };
    let orphans = tree.rust().filter(|source| !reached.contains(&source.path)).map(|source| {
        finding(source, "no crate compiles this file; declare it with `mod` in the module above it, or delete it")
    });
    let unnamed = tree.rust().filter(|source| source.path.ends_with("mod.rs"));
    let unnamed = unnamed.map(|source| finding(source, "call this file after its module, beside the module's folder"));
    orphans.chain(unnamed).collect()
}

/// The files where crates begin: where cargo looks for them by itself, and those that a Cargo.toml names.
fn roots(tree: &Tree) -> Vec<PathBuf> {
    let mut roots = Vec::new();
    let manifests = tree.files.iter().filter(|source| source.path.ends_with("Cargo.toml"));
    for manifest in manifests {
        let package = manifest.path.parent().unwrap_or(Path::new(""));
        roots.extend(["src/lib.rs", "src/main.rs", "build.rs"].map(|file| package.join(file)));
        let named = manifest.text.lines().filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix('"'));
        roots.extend(named.map(|file| package.join(file)));
        for folder in ["src/bin", "tests", "examples", "benches"].map(|folder| package.join(folder)) {
            let own = |path: &&PathBuf| {
                let inside = path.strip_prefix(&folder).ok();
                inside.is_some_and(|it| {
                    it.components().count() == 1 || (it.ends_with("main.rs") && it.components().count() == 2)
                })
            };
            roots.extend(tree.rust().map(|source| &source.path).filter(own).cloned());
        }
    }
    roots
}

/// The files that a file's `mod` declarations mean, by the rules of the language.
fn declared(source: &Source, tree: &Tree) -> Vec<PathBuf> {
    let folder = source.path.parent().unwrap_or(Path::new(""));
    let stem = source.path.file_stem().unwrap_or_default();
    let is_root = roots(tree).contains(&source.path) || stem == "mod";
    let folder = if is_root { folder.to_path_buf() } else { folder.join(stem) };
    let names = module_names(&source.code);
    names.iter().flat_map(|name| [folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs")]).collect()
}

/// The names in `mod name;`, of a module that stands in a file of its own.
fn module_names(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for statement in code.split([';', '{', '}']).zip(code.match_indices([';', '{', '}'])) {
        let (text, (_, end)) = statement;
        let mut words = text.split_whitespace().rev();
        if let (";", Some(name), Some("mod")) = (end, words.next(), words.next()) {
            names.push(name.trim_start_matches("r#").to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::findings;

    const PACKAGE: (&str, &str) = ("Cargo.toml", "[[test]]\nname = \"it\"\npath = \"tests/it/main.rs\"\n");

    #[test]
    fn a_file_that_no_module_declares_is_found() {
        let found = findings(
            check,
            &[
                PACKAGE,
                ("src/lib.rs", "pub mod poll;\n// mod lost;\n"),
                ("src/poll.rs", "mod schedule;\n"),
                ("src/poll/schedule.rs", ""),
                ("src/poll/lost.rs", ""),
                ("src/lost.rs", "mod child;"),
                ("src/lost/child.rs", ""),
            ],
        );
        let files: Vec<_> = found.iter().filter_map(|it| it.split(':').next()).collect();
        assert_eq!(files, ["src/lost/child.rs", "src/lost.rs", "src/poll/lost.rs"]);
    }

    #[test]
    fn every_kind_of_root_reaches_its_modules() {
        let found = findings(
            check,
            &[
                PACKAGE,
                ("tests/it/main.rs", "mod support;\n#[cfg(test)] mod api;\n"),
                ("tests/it/support.rs", "pub(crate) mod broker ;"),
                ("tests/it/support/broker.rs", ""),
                ("tests/it/api.rs", "mod tests { fn f() {} }"),
                ("reference/Cargo.toml", ""),
                ("reference/src/bin/producer.rs", "mod flags;"),
                ("reference/src/bin/flags.rs", ""),
                ("reference/src/bin/consumer/main.rs", "mod work;"),
                ("reference/src/bin/consumer/work.rs", ""),
            ],
        );
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn a_mod_rs_is_found() {
        let found = findings(check, &[PACKAGE, ("src/lib.rs", "mod poll;"), ("src/poll/mod.rs", "")]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("src/poll/mod.rs:1: call this file after its module"), "{found:?}");
    }
}
