//! `leveret demo`: from flags to a demo, and its summary on standard output.

use std::io::Write as _;

use anyhow::{Context, Error, Result};

use crate::cli::DemoArgs;
use crate::demo::{self, DemoOptions, Ending};

/// Runs the demo, and says whether it ran for its whole time; false when the user ended it.
pub(super) async fn run(arguments: DemoArgs) -> Result<bool> {
    let DemoArgs { duration, report, consumer, producer, rabbitmq_root, target, min, max, work, plain, no_color } =
        arguments;
    let colour = !no_color;
    let options =
        DemoOptions { duration, report, producer, consumer, rabbitmq_root, target, min, max, work, plain, colour };
    match demo::run(options).await? {
        Ending::Finished(summary) => {
            writeln!(std::io::stdout(), "{summary}").context("cannot write the summary to standard output")?;
            summary.report.map_err(Error::msg)?;
            Ok(true)
        }
        Ending::Interrupted(by) => {
            eprintln!("leveret: the demo was ended by {by}; nothing is left behind");
            Ok(false)
        }
    }
}
