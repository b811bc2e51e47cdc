//! The count of log lines that were dropped, which the log itself keeps.

use leveret_runtime::log::LinesDropped;
use prometheus::core::{Collector, Desc, Describer as _};
use prometheus::proto::MetricFamily;
use prometheus::{IntCounter, Opts};

/// The collector of that count.
pub struct LogLines {
    dropped: LinesDropped,
    named: Opts,
    description: Desc,
}

impl LogLines {
    /// Shows this count.
    ///
    /// # Errors
    /// The name of the series is malformed.
    pub fn new(dropped: LinesDropped) -> prometheus::Result<Self> {
        let help = "Log lines that were dropped, because standard error could not be written or was not read";
        let named = Opts::new("log_lines_dropped_total", help).namespace("leveret");
        Ok(Self { dropped, description: named.describe()?, named })
    }
}

impl Collector for LogLines {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.description]
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let Ok(counter) = IntCounter::with_opts(self.named.clone()) else { return Vec::new() };
        counter.inc_by(self.dropped.count());
        counter.collect()
    }
}
