//! `leveret demo`.

use std::ops::RangeInclusive;
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
    /// File for the report with a chart, in HTML
    #[arg(long, value_name = "FILE", default_value = "leveret-demo.html")]
    pub report: PathBuf,
    /// The consumer's program [default: `consumer` beside this program]
    #[arg(long, value_name = "FILE")]
    pub consumer: Option<PathBuf>,
    /// The producer's program [default: `producer` beside this program]
    #[arg(long, value_name = "FILE")]
    pub producer: Option<PathBuf>,
    /// Folder with another root file system to take RabbitMQ from [default: this machine's RabbitMQ]
    #[arg(long, value_name = "DIR")]
    pub rabbitmq_root: Option<PathBuf>,
    /// Backlog that each consumer should have, in messages: the HPA's target
    #[arg(long, value_name = "MESSAGES", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub target: u32,
    /// Fewest consumers, 1 to 100
    #[arg(long, value_name = "CONSUMERS", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub min: u32,
    /// Most consumers, 1 to 100, and no fewer than `--min`
    #[arg(long, value_name = "CONSUMERS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub max: u32,
    /// How long a consumer works on one message, such as 500ms or 2s
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = parse_duration)]
    pub work: Duration,
    /// Seed of everything random, for a run like another one [default: a new one each time]
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// Print lines instead of the live view
    #[arg(long)]
    pub plain: bool,
}

impl DemoArgs {
    /// The fewest and the most consumers.
    ///
    /// # Errors
    /// A message if they contradict each other.
    pub fn consumers(&self) -> Result<RangeInclusive<u32>, String> {
        if self.min > self.max {
            return Err(format!(
                "`--min {}` is more than `--max {}`: lower the one or raise the other",
                self.min, self.max
            ));
        }
        Ok(self.min..=self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    fn consumers(flags: &[&str]) -> Result<RangeInclusive<u32>, String> {
        let cli = Cli::try_parse_from(["leveret", "demo"].iter().chain(flags)).map_err(|error| error.to_string())?;
        let Command::Demo(demo) = cli.command else { return Err("another command".to_owned()) };
        demo.consumers()
    }

    #[test]
    fn the_fewest_consumers_are_no_more_than_the_most() {
        assert_eq!(consumers(&[]), Ok(1..=10));
        assert_eq!(consumers(&["--min", "4", "--max", "4"]), Ok(4..=4));
        assert!(consumers(&["--min", "5", "--max", "4"]).is_err_and(|error| error.contains("`--min 5`")));
        assert!(consumers(&["--min", "0"]).is_err());
    }
}
