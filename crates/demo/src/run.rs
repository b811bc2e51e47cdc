//! The demo from its start to its end.

use std::io::IsTerminal as _;

use anyhow::{Context, Result};
use leveret_runtime::shutdown::Signals;
use tokio::signal::unix::{SignalKind, signal};

use crate::control::{Control, End};
use crate::options::DemoOptions;
use crate::plan::Plan;
use crate::report;
use crate::report_file::ReportFile;
use crate::screen::Screen;
use crate::stage::Stage;
use crate::summary::Summary;

/// How a demo ended, after everything that it started is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It ran for its whole time.
    Finished(Box<Summary>),
    /// The user ended it before, with the name of the signal or key. A shell expects exit status 130.
    Interrupted(&'static str),
}

/// Runs a demo. What it does is said on standard error; the summary is the caller's to print.
///
/// # Errors
/// A part that is missing or did not start, with what to install; a program that ended by itself, with its last output.
pub(crate) async fn run(options: &DemoOptions) -> Result<Ending> {
    let plan = Plan::new(options)?;
    let report = ReportFile::reserve(options.report.as_deref())?;
    let mut signals = Signals::listen()?;
    // A terminal that is closed sends this one, and would otherwise leave the programs behind.
    let mut hangup = signal(SignalKind::hangup()).context("cannot listen for SIGHUP")?;
    let mut stage = Stage::new(options)?;
    let shown = tokio::select! {
        name = signals.next() => Ok(Ending::Interrupted(name)),
        _ = hangup.recv() => Ok(Ending::Interrupted("SIGHUP")),
        shown = show(options, &plan, &mut stage, report) => shown,
    };
    progress("stopping everything");
    let closed = stage.close().await;
    let ending = shown?;
    closed?;
    Ok(ending)
}

/// Everything between the empty stage and the summary.
async fn show(options: &DemoOptions, plan: &Plan, stage: &mut Stage, report: ReportFile) -> Result<Ending> {
    let begin = stage.now();
    progress("starting a private RabbitMQ");
    let broker = stage.start_broker(options).await?;
    let took = stage.now().since(begin);
    progress(&format!(
        "RabbitMQ {} runs after {:.1} s; starting a consumer and Leveret",
        broker.version,
        took.as_secs_f64()
    ));
    stage.start_crew(&broker, plan)?;
    let api = stage.start_server(&broker).await?;
    let took = stage.now().since(begin);
    progress(&format!(
        "Leveret answers after {:.1} s; it trusts the broker's numbers a few seconds later",
        took.as_secs_f64()
    ));
    stage.start_producer(&broker, plan)?;

    let live = !options.plain && std::io::stdout().is_terminal();
    let screen = if live { Screen::live(!options.no_color)? } else { Screen::plain() };
    let started_after = stage.now().since(begin);
    let mut control = Control::new(plan, stage, api);
    let end = control.run(screen).await?;
    let trace = control.into_trace();
    if end == End::Key {
        return Ok(Ending::Interrupted("a key"));
    }
    progress("the time is over; waiting for the last messages in work");
    let messages = stage.finish().await?;
    let mut summary = Summary::new(&trace, plan.duration, started_after, messages);
    // The summary is printed even if the report cannot be written: the demo took minutes.
    let written = report.write(&report::html(plan, &trace, &summary));
    summary.report = written.map_err(|error| format!("{error:#}"));
    Ok(Ending::Finished(Box::new(summary)))
}

/// Says what the demo does.
fn progress(what: &str) {
    eprintln!("leveret-demo: {what}");
}
