//! Whether the broker counts messages per queue at all (`management.rates_mode`).

use std::time::Duration;

use serde::Deserialize;

use super::session::Session;
use leveret_core::Moment;
use leveret_core::observation::{Absence, Failure, QueueMap, QueueReading, Reading};

/// How long the answer is used. The mode changes only when a node restarts, and the question costs a broker about as much as a
/// hundred single queues.
const MODE_FOR: Duration = Duration::from_secs(300);

/// What is remembered of the mode.
#[derive(Debug, Default)]
pub(super) struct RatesMode {
    /// Whether it is `none`, and when that was asked. What could not be read is not known to be.
    is_none: Option<(Moment, bool)>,
}

#[derive(Deserialize)]
struct Overview {
    rates_mode: String,
}

impl RatesMode {
    /// Whether the mode is `none`. Only a queue without any counter is a reason to ask.
    pub(super) async fn is_none(&mut self, session: &Session<'_>, at: Moment) -> bool {
        match self.is_none {
            Some((asked, is_none)) if at.since(asked) < MODE_FOR => is_none,
            _ => {
                let answer: Result<Overview, Failure> =
                    session.document(&["api", "overview"], "columns=rates_mode").await;
                let is_none = answer.is_ok_and(|overview| overview.rates_mode == "none");
                self.is_none = Some((at, is_none));
                is_none
            }
        }
    }
}

/// Whether a queue has no counter although the broker shows the queue's numbers.
pub(super) fn lacks_counters(reading: &QueueReading) -> bool {
    reading.counters() == [Reading::Absent(Absence::NoTraffic); 4]
}

/// Gives the mode as the reason for each counter that is not there.
pub(super) fn explain(queues: &mut QueueMap<QueueReading>) {
    queues.retain(|_, _, reading| {
        if lacks_counters(reading) {
            reading.counters_mut().into_iter().for_each(|counter| *counter = Reading::Absent(Absence::RatesOff));
        }
        true
    });
}
