//! A manual page: what the generator makes of a command, and the sections that it has none for.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use clap::CommandFactory;

use crate::cli::{Cli, examples};
use crate::config;

/// The page of the program, or of one of its commands.
pub(super) fn page(command: Option<&str>) -> Result<String> {
    let mut program = Cli::command();
    program.build();
    let about = match command {
        None => &program,
        Some(name) => program.find_subcommand(name).with_context(|| {
            let known: Vec<&str> = program.get_subcommands().map(clap::Command::get_name).collect();
            format!("there is no command `{name}`; there are: {}", known.join(", "))
        })?,
    };
    let mut page = Vec::new();
    // The generator's section for what follows the help has no title that says what it is.
    let own = about.clone().after_help(None::<&str>);
    clap_mangen::Man::new(own).render(&mut page).context("cannot render the manual page")?;
    let page = String::from_utf8_lossy(&page);
    let (before, version) = page.rsplit_once(".SH VERSION").unwrap_or((&page, ""));
    Ok(format!("{before}{}.SH VERSION{version}", sections(about, command)))
}

/// The environment variables, the examples and the exit status.
fn sections(about: &clap::Command, command: Option<&str>) -> String {
    let mut text = ".SH ENVIRONMENT\n".to_owned();
    let mut entry = |name: &str, what: &str| {
        write!(text, ".TP\n\\fB{}\\fR\n{}\n", roff(name), roff(what)).expect("a string takes everything");
    };
    for argument in about.get_arguments() {
        if let (Some(variable), Some(flag)) = (argument.get_env(), argument.get_long()) {
            entry(&variable.to_string_lossy(), &format!("The same as --{flag}, which takes precedence."));
        }
    }
    if command == Some("serve") {
        for (variable, flag) in config::secret_variables() {
            entry(variable, &format!("What is used without --{flag}. There is no flag for it."));
        }
    }
    let examples: &[_] = match command {
        None => &examples::PROGRAM,
        Some("serve") => &examples::SERVE,
        Some(_) => &[],
    };
    if !examples.is_empty() {
        text.push_str(".SH EXAMPLES\n");
    }
    for (what, line) in examples {
        write!(text, ".PP\n{}\n.PP\n.nf\n.RS\n{}\n.RE\n.fi\n", roff(what), roff(line))
            .expect("a string takes everything");
    }
    write!(text, ".SH \"EXIT STATUS\"\n{}\n", roff(examples::EXIT_STATUS)).expect("a string takes everything");
    text
}

/// Text without what the formatter would take for its own.
fn roff(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_every_variable_of_its_flags_and_has_examples() {
        let mut program = Cli::command();
        program.build();
        let serve = program.find_subcommand("serve").expect("a command");
        let mut variables: Vec<String> =
            serve.get_arguments().filter_map(|it| Some(it.get_env()?.to_string_lossy().into_owned())).collect();
        assert!(variables.len() > 20, "{variables:?}");
        variables.extend(["LEVERET_USERNAME", "LEVERET_PASSWORD"].map(str::to_owned));
        let page = page(Some("serve")).expect("it can be rendered");
        for variable in variables {
            assert!(page.contains(&format!(".TP\n\\fB{variable}\\fR\n")), "{variable}\n{page}");
        }
        for section in
            [".SH EXAMPLES\n.PP\nIn a pod", ".SH \"EXIT STATUS\"\n0 success, 2", "leveret serve \\-\\-config"]
        {
            assert!(page.contains(section), "{section}\n{page}");
        }
        assert!(!page.contains(".SH EXTRA"), "{page}");
    }

    #[test]
    fn a_command_that_there_is_not_is_refused_with_those_that_there_are() {
        let refused = page(Some("sever")).expect_err("it is misspelt").to_string();
        assert!(refused.starts_with("there is no command `sever`; there are: serve, completions, man"), "{refused}");
    }
}
