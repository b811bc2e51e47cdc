//! `leveret completions` and `leveret man`: what the program can print about its own command line.

use std::io::{self, Write as _};

use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;

/// Prints the completion script of a shell.
pub(super) fn completions(shell: Shell) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "leveret", &mut script);
    print(&script)
}

/// Prints the manual page of the program, or of one of its commands.
pub(super) fn manual(command: Option<&str>) -> Result<()> {
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
    clap_mangen::Man::new(about.clone()).render(&mut page).context("cannot render the manual page")?;
    // What follows the help is the exit status; the generator has no better name for it.
    let page = String::from_utf8_lossy(&page).replace(".SH EXTRA", ".SH \"EXIT STATUS\"");
    print(page.as_bytes())
}

/// Writes to standard output; a reader that closes its end early is not an error.
fn print(text: &[u8]) -> Result<()> {
    match io::stdout().write_all(text) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to standard output"),
    }
}
