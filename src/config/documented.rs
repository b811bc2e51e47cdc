//! `docs/configuration.md` tells of every key and flag that there is, and of no other; its examples are accepted.

use std::collections::BTreeSet;

use clap::Args;
use regex::Regex;

use super::flags::BrokerFlags;
use super::{Config, keys};

const PAGE: &str = include_str!("../../docs/configuration.md");

/// The keys in the tables of the section under a heading.
fn keys_under(heading: &str) -> BTreeSet<&'static str> {
    let section = PAGE.split("\n## ").flat_map(|part| part.split("\n### "));
    let section = section.into_iter().find(|section| section.lines().next().is_some_and(|line| line == heading));
    let lines = section.unwrap_or_else(|| panic!("there is no heading `{heading}`")).lines();
    lines.filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect()
}

#[test]
fn every_key_is_documented_and_no_other() {
    for (heading, known) in [
        ("The file", keys::TOP),
        ("A broker", keys::BROKER),
        ("`management`", keys::MANAGEMENT),
        ("`prometheus`", keys::PROMETHEUS),
        ("`credentials`", keys::CREDENTIALS),
        ("`tls`", keys::TLS),
        ("A backlog", keys::BACKLOG),
        ("`queues`", keys::QUEUES),
    ] {
        assert_eq!(keys_under(heading), known.iter().copied().collect(), "under `{heading}`");
    }
    for later in keys::BACKLOG_LATER {
        assert!(PAGE.contains(&format!("`{later}`")), "`{later}`");
    }
}

#[test]
fn every_flag_is_documented_with_its_variable_and_key() {
    let command = BrokerFlags::augment_args(clap::Command::new("leveret"));
    let mut flags = BTreeSet::new();
    for argument in command.get_arguments() {
        let flag = format!("--{}", argument.get_long().expect("each is a flag"));
        let variable = argument.get_env().and_then(|variable| variable.to_str()).expect("each is a variable, too");
        let (key, _) = keys::FLAGS.iter().find(|(_, known)| *known == flag).expect("each flag has a key");
        let row = PAGE.lines().find(|line| line.starts_with(&format!("| `{flag}`"))).unwrap_or_default();
        assert!(row.contains(&format!("`{variable}`")) && row.contains(&format!("| `{key}`")), "{flag}: {row}");
        flags.insert(flag);
    }
    for (_, flag) in keys::FLAGS {
        assert!(flags.contains(*flag) || flag.starts_with("LEVERET_"), "{flag}");
        assert!(PAGE.contains(&format!("`{flag}`")), "{flag}");
    }
    assert!(keys_under("One broker without a file").into_iter().all(|flag| flags.contains(flag)));
}

#[test]
fn the_examples_are_accepted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = Regex::new(r"/etc/leveret/([\w/.]+)").expect("a pattern");
    let examples: Vec<_> = PAGE.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!examples.is_empty());
    for example in examples {
        for (_, [name]) in path.captures_iter(example).map(|found| found.extract()) {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
            std::fs::write(file, "content").expect("writable");
        }
        let example = path.replace_all(example, format!("{}/$1", folder.path().display()));
        let config = Config::from_yaml("docs/configuration.md", &example).expect("an example");
        assert!(!config.connections.is_empty());
    }
}

#[test]
fn the_documented_problems_are_the_real_ones() {
    let yaml = "brokers:\n- name: main\n  prometheus: {dns: rabbit}\n  pollIntervall: 5s\n\n  maxSampleAge: 30\n";
    let problems = Config::from_yaml("leveret.yaml", yaml).expect_err("two things are wrong").to_string();
    assert!(PAGE.contains(&format!("```text\n{problems}\n```")), "\n{problems}\n");
}
