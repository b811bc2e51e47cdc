//! The log: to standard error, as text for people or as JSON for machines.
//!
//! Messages are constant and short; what varies is in fields, with units in their names. Secrets are of a type that
//! cannot be formatted, so the log needs no filter for them.
//!
//! A thread writes the lines, so that the program neither ends nor waits because standard error is full, is closed or is
//! not read. Lines for which there is no room are dropped and counted.

mod queue;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::ValueEnum;
use tracing_subscriber::filter::{EnvFilter, LevelFilter};

use crate::secret::is_set;
use queue::Queue;

pub use queue::LinesDropped;

/// How long the end of the process waits for lines that are not written yet: long for a reader that reads, and short beside
/// the time that Kubernetes gives a pod to end.
const FLUSH_MAX: Duration = Duration::from_secs(2);

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

/// What is written to standard error. Dropping it, at the end of the process, waits until all lines are written, at most for
/// two seconds.
#[derive(Debug)]
pub struct Log(Arc<Queue>);

impl Log {
    /// Starts the thread that writes lines.
    pub fn start() -> Self {
        let queue = Arc::new(Queue::default());
        let lines = Arc::clone(&queue);
        let thread = std::thread::Builder::new().name("log".to_owned());
        thread.spawn(move || lines.write_to(io::stderr())).expect("the system can start a thread");
        Self(queue)
    }

    /// Installs the log for the whole process, panics included. `directives` are those of `RUST_LOG`, for example
    /// `info,leveret::poll=debug`. Text has colors on a terminal, unless `NO_COLOR` is set.
    ///
    /// # Errors
    /// The directives are malformed, or a log is installed already.
    pub fn install(&self, format: LogFormat, directives: &str) -> Result<()> {
        let filter =
            EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).parse(directives).with_context(
                || format!("`{directives}` is not a log level; write for example `info` or `info,leveret::poll=debug`"),
            )?;
        let colors = io::stderr().is_terminal() && !is_set("NO_COLOR");
        let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(Arc::clone(&self.0));
        // It would report them on standard error itself.
        let builder = builder.with_ansi(colors).log_internal_errors(false);
        let installed = if format.is_json() {
            builder.json().flatten_event(true).with_current_span(false).try_init()
        } else {
            builder.with_target(false).try_init()
        };
        installed.map_err(|error| anyhow::anyhow!("cannot install the log: {error}"))?;
        self.log_panics();
        Ok(())
    }

    /// Writes a line as it is: for the reason why a program cannot run, whatever is installed.
    pub fn say(&self, line: &str) {
        self.0.push(format!("{line}\n").as_bytes());
    }

    /// The count of lines that were dropped.
    pub fn lines_dropped(&self) -> LinesDropped {
        self.0.dropped().clone()
    }

    /// The standard library's own hook would wait for standard error.
    fn log_panics(&self) {
        let queue = Arc::clone(&self.0);
        std::panic::set_hook(Box::new(move |panic| {
            let backtrace = Backtrace::capture();
            let shown = backtrace.status() == BacktraceStatus::Captured;
            let backtrace = if shown { format!("{backtrace}\n") } else { String::new() };
            queue.push(format!("{panic}\n{backtrace}").as_bytes());
        }));
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.0.wait_until_written(FLUSH_MAX);
    }
}
