//! What `leveret-soak` may be asked for.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use clap::Parser;

/// Run Leveret against model brokers and real ones that fail in all known ways, and check every number that it answers
#[derive(Clone, Debug, Parser)]
#[command(
    name = "leveret-soak",
    version,
    max_term_width = 100,
    after_help = "Exit status: 0 success, 1 a wrong answer or too few answers, 2 usage or startup error."
)]
pub(crate) struct SoakOptions {
    /// Seed of the schedule of faults [default: the time]
    #[arg(long, value_name = "NUMBER", default_value_t = seed_of_now(), hide_default_value = true)]
    pub(crate) seed: u64,
    /// How long it lasts
    #[arg(long, value_name = "MINUTES", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_080))]
    pub(crate) minutes: u32,
    /// Leveret's program [default: `leveret` beside this program]
    #[arg(long, value_name = "FILE")]
    pub(crate) leveret: Option<PathBuf>,
    /// A folder that holds RabbitMQ 4; with it, real brokers are started beside the models: a cluster of three nodes from that
    /// folder, and one node of the RabbitMQ that is installed on this machine
    #[arg(long, value_name = "FOLDER")]
    pub(crate) rabbitmq_4: Option<PathBuf>,
    /// Print the schedule of faults and end
    #[arg(long)]
    pub(crate) schedule: bool,
}

impl SoakOptions {
    /// How long it lasts.
    pub(crate) fn duration(&self) -> Duration {
        Duration::from_secs(u64::from(self.minutes) * 60)
    }
}

/// A seed that is short enough to be typed again.
fn seed_of_now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |passed| passed.as_secs() % 1_000_000)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        SoakOptions::command().debug_assert();
    }
}
