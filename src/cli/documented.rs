//! `docs/cli.md` is what the commands say of themselves.

use std::fmt::Write;

use clap::CommandFactory;

use super::Cli;

const WRITTEN: &str = include_str!("../../docs/cli.md");

const INTRODUCTION: &str = "\
# Command line

What `leveret --help` and `leveret COMMAND --help` print. Data goes to the standard output, logs and progress to the
standard error stream. An environment variable shown beside a flag does the same as the flag, which takes precedence.
User and password of a broker are never flags: they come from files, or from the environment variables
`LEVERET_USERNAME` and `LEVERET_PASSWORD`.

This page is checked by a test; `UPDATE_DOCS=1 cargo test -p leveret --lib cli::documented` writes it anew.
";

#[test]
#[expect(clippy::disallowed_methods, reason = "a switch for the developer who has changed a flag")]
fn the_page_is_what_the_commands_say() {
    let mut expected = INTRODUCTION.to_owned();
    // Width and colour must not depend on where the test runs.
    let mut command = Cli::command().term_width(100).color(clap::ColorChoice::Never);
    command = command.mut_args(|flag| flag.hide_env_values(true));
    command.build();
    let mut section = |name: &str, command: &mut clap::Command| {
        write!(expected, "\n## `{name}`\n\n```text\n{}\n```\n", command.render_long_help().to_string().trim_end())
            .expect("a string takes everything");
    };
    section("leveret", &mut command.clone());
    let hidden = |flag: clap::Arg| flag.hide_env_values(true);
    command = command.mut_subcommands(|subcommand| subcommand.mut_args(hidden));
    for subcommand in command.get_subcommands_mut().filter(|subcommand| subcommand.get_name() != "help") {
        section(&format!("leveret {}", subcommand.get_name()), subcommand);
    }
    let expected: String = expected.lines().map(|line| line.trim_end().to_owned() + "\n").collect();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/cli.md"), &expected).expect("docs/ is writable");
    } else {
        assert!(
            WRITTEN == expected,
            "docs/cli.md is not up to date; run this test with UPDATE_DOCS=1. Expected:\n{expected}"
        );
    }
}
