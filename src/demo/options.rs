//! What a caller may choose about a demo.

use std::path::PathBuf;
use std::time::Duration;

/// How to run a demo; the default is the one that `leveret demo` without flags runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoOptions {
    /// How long it lasts after its start-up. Default three minutes.
    pub duration: Duration,
    /// Where the HTML report is written. Default `target/demo-report.html` where there is a folder `target`, else
    /// `leveret-demo.html`.
    pub report: Option<PathBuf>,
    /// The producer's program. Default `task-producer` beside this one.
    pub producer: Option<PathBuf>,
    /// The consumer's program. Default `task-consumer` beside this one.
    pub consumer: Option<PathBuf>,
    /// A folder with a system of its own to take RabbitMQ from. Default: this machine's.
    pub rabbitmq_root: Option<PathBuf>,
    /// The messages that one consumer is meant to have: the HPA's `averageValue`. Default 10.
    pub target: u32,
    /// The fewest consumers. Default 1.
    pub min: u32,
    /// The most consumers. Default 10.
    pub max: u32,
    /// How long a consumer works on a message. Default 2 s.
    pub work: Duration,
    /// Lines on standard error instead of the live view. Default false.
    pub plain: bool,
    /// Whether the live view has colours. Default true.
    pub colour: bool,
}

impl Default for DemoOptions {
    fn default() -> Self {
        Self {
            duration: Duration::from_secs(180),
            report: None,
            producer: None,
            consumer: None,
            rabbitmq_root: None,
            target: 10,
            min: 1,
            max: 10,
            work: Duration::from_secs(2),
            plain: false,
            colour: true,
        }
    }
}
