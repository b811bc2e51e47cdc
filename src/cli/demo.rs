//! `leveret demo`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::config::parse_duration;

/// What `leveret demo` needs to know.
#[derive(Args, Clone, Debug)]
pub struct DemoArgs {
    /// How long it lasts, such as 90s or 3m
    #[arg(long, value_name = "DURATION", default_value = "3m", value_parser = parse_duration)]
    pub duration: Duration,
    /// File for the report with a chart, in HTML [default: `target/demo-report.html`, or `leveret-demo.html` without that
    /// folder]
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// The consumer's program [default: `task-consumer` beside this program]
    #[arg(long, value_name = "FILE")]
    pub consumer: Option<PathBuf>,
    /// The producer's program [default: `task-producer` beside this program]
    #[arg(long, value_name = "FILE")]
    pub producer: Option<PathBuf>,
    /// Folder with another root file system to take RabbitMQ from [default: this machine's RabbitMQ]
    #[arg(long, value_name = "DIR")]
    pub rabbitmq_root: Option<PathBuf>,
    /// Backlog that each consumer should have, in messages: the HPA's target
    #[arg(long, value_name = "MESSAGES", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub target: u32,
    /// Fewest consumers
    #[arg(long, value_name = "CONSUMERS", default_value_t = 1)]
    pub min: u32,
    /// Most consumers
    #[arg(long, value_name = "CONSUMERS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub max: u32,
    /// How long a consumer works on one message, such as 500ms or 2s
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = parse_duration)]
    pub work: Duration,
    /// Print lines instead of the live view
    #[arg(long)]
    pub plain: bool,
    /// No colours in the live view
    #[arg(long, env = "NO_COLOR", value_parser = clap::builder::FalseyValueParser::new())]
    pub no_color: bool,
}
