//! What `leveret-demo` may be asked for.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use leveret_runtime::duration::parse_duration;

/// Show on this machine, without Kubernetes, how consumers follow the backlog of a real queue
#[derive(Clone, Debug, Parser)]
#[command(
    name = "leveret-demo",
    version,
    max_term_width = 100,
    after_help = "Exit status: 0 success, 2 usage or startup error, 130 interrupted."
)]
pub(crate) struct DemoOptions {
    /// How long it lasts, such as 90s or 3m
    #[arg(long, value_name = "DURATION", default_value = "3m", value_parser = parse_duration)]
    pub(crate) duration: Duration,
    /// File for the report with a chart, in HTML [default: `target/demo-report.html`, or `leveret-demo.html` without that
    /// folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// The consumer's program [default: `task-consumer` beside this program]
    #[arg(long, value_name = "FILE")]
    pub(crate) consumer: Option<PathBuf>,
    /// The producer's program [default: `task-producer` beside this program]
    #[arg(long, value_name = "FILE")]
    pub(crate) producer: Option<PathBuf>,
    /// Folder with another root file system to take RabbitMQ from [default: this machine's RabbitMQ]
    #[arg(long, value_name = "DIR")]
    pub(crate) rabbitmq_root: Option<PathBuf>,
    /// Backlog that each consumer should have, in messages: the HPA's target
    #[arg(long, value_name = "MESSAGES", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) target: u32,
    /// Fewest consumers
    #[arg(long, value_name = "CONSUMERS", default_value_t = 1)]
    pub(crate) min: u32,
    /// Most consumers
    #[arg(long, value_name = "CONSUMERS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) max: u32,
    /// How long a consumer works on one message, such as 500ms or 2s
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = parse_duration)]
    pub(crate) work: Duration,
    /// Print lines instead of the live view
    #[arg(long)]
    pub(crate) plain: bool,
    /// No colours in the live view
    #[arg(long, env = "NO_COLOR", value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) no_color: bool,
}

#[cfg(test)]
impl Default for DemoOptions {
    fn default() -> Self {
        Self::parse_from(["leveret-demo"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        DemoOptions::command().debug_assert();
    }
}
