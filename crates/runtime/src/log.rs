//! The log: to standard error, as text for people or as JSON for machines.
//!
//! Messages are constant and short; what varies is in fields, with units in their names. Secrets are of a type that
//! cannot be formatted, so the log needs no filter for them.

use std::io::{self, IsTerminal};

use anyhow::{Context, Result};
use clap::ValueEnum;
use tracing_subscriber::filter::{EnvFilter, LevelFilter};

use crate::secret::is_set;

/// The form of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere
    #[default]
    Auto,
    /// For people
    Text,
    /// One JSON object per line
    Json,
}

impl LogFormat {
    /// Whether log lines are JSON on the standard error stream of this process.
    pub fn is_json(self) -> bool {
        match self {
            Self::Auto => !io::stderr().is_terminal(),
            Self::Text => false,
            Self::Json => true,
        }
    }
}

/// Installs the log for the whole process. `directives` are those of `RUST_LOG`, for example `info,leveret::poll=debug`.
/// Text has colors on a terminal, unless `NO_COLOR` is set.
pub fn init_log(format: LogFormat, directives: &str) -> Result<()> {
    let filter =
        EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).parse(directives).with_context(|| {
            format!("`{directives}` is not a log level; write for example `info` or `info,leveret::poll=debug`")
        })?;
    let colors = io::stderr().is_terminal() && !is_set("NO_COLOR");
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(colors);
    let installed = if format.is_json() {
        builder.json().flatten_event(true).with_current_span(false).try_init()
    } else {
        builder.with_target(false).try_init()
    };
    installed.map_err(|error| anyhow::anyhow!("cannot install the log: {error}"))
}
