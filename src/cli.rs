//! The commands and their flags, as types. Every flag states its default and unit; most are also environment variables.

#[cfg(test)]
mod documented;
pub mod examples;
mod log;
mod serve;

use clap::{Parser, Subcommand};
use clap_complete::Shell;

pub use log::LogArgs;
pub use serve::{Access, Refused, ServeArgs};

/// Keeps RabbitMQ queues level: serves every queue's backlog to the Kubernetes HorizontalPodAutoscaler
#[derive(Clone, Debug, Parser)]
#[command(name = "leveret", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = examples::help(&examples::PROGRAM))]
pub struct Cli {
    /// How to log.
    #[command(flatten)]
    pub log: LogArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Which flags of `leveret serve` are required: some for the brokers, and some for the API.
const SERVE_USAGE: &str = "\
leveret serve --config <FILE> --tls-cert-file <FILE> --tls-key-file <FILE> [OPTIONS]
       leveret serve --config <FILE> --without-cluster --credentials-dir <DIR> [OPTIONS]

In place of --config, the flags of one broker can be given: --management-url, --prometheus-url or
--prometheus-dns, and the others below `Brokers`.";

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Read the brokers and answer the external metrics API
    #[command(override_usage = SERVE_USAGE, after_help = examples::help(&examples::SERVE))]
    Serve(Box<ServeArgs>),
    /// Print a completion script for a shell
    Completions {
        /// The shell that will run it
        shell: Shell,
    },
    /// Print a manual page, as in `leveret man serve | man -l -`
    Man {
        /// The command that it is about [default: the program as a whole]
        command: Option<String>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn verify_cli() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_flag_takes_a_secret() {
        let mut command = Cli::command();
        command.build();
        for subcommand in command.get_subcommands() {
            for flag in subcommand.get_arguments().filter_map(|argument| argument.get_long()) {
                assert!(!matches!(flag, "password" | "username" | "token" | "secret"), "--{flag}");
            }
        }
    }
}
