//! What is logged and how.

use clap::Args;
use leveret_runtime::log::LogFormat;
use tracing_subscriber::EnvFilter;

/// What is logged on the standard error stream, and in which form.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Logging")]
pub struct LogArgs {
    /// Form of log lines
    #[arg(long, global = true, value_enum, value_name = "FORMAT", default_value_t, env = "LEVERET_LOG_FORMAT")]
    pub log_format: LogFormat,
    /// Lowest level to log: error, warn, info, debug or trace; also per module, as in `info,leveret::poll=debug`
    #[arg(long, global = true, value_name = "LEVEL", default_value = "info", env = "LEVERET_LOG", value_parser = level)]
    pub log_level: String,
}

/// What the Kubernetes client logs by itself: the failures that `k8s` logs, too, with a message that helps.
const SILENCED: &str = "kube_runtime=off";

impl LogArgs {
    /// The level, and what is never logged unless the level names it.
    pub fn directives(&self) -> String {
        format!("{SILENCED},{}", self.log_level)
    }
}

fn level(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}
