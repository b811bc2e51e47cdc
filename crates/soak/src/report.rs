//! What a run comes to, as a table.

use std::fmt;
use std::time::Duration;

use crate::tally::Tally;

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) seed: u64,
    pub(crate) lasted: Duration,
    pub(crate) tally: Tally,
    /// Why the run ended early, if it did.
    pub(crate) ended: Option<String>,
}

impl Report {
    /// Whether nothing was wrong.
    pub(crate) fn is_good(&self) -> bool {
        self.ended.is_none() && self.tally.complaints().is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tally = &self.tally;
        let mut row = |name: &str, value: &dyn fmt::Display| writeln!(f, "{name:<46}{value:>12}");
        row("seed", &self.seed)?;
        row("minutes", &format!("{:.1}", self.lasted.as_secs_f64() / 60.0))?;
        for (class, count) in &tally.faults {
            row(&format!("fault: {class}"), count)?;
        }
        for (class, count) in &tally.real_faults {
            row(&format!("fault of a real broker: {class}"), count)?;
        }
        row("answers", &tally.answers)?;
        row("  numbers", &tally.numbers)?;
        row("  zeros among them", &tally.zeros)?;
        row("  404", &tally.missing)?;
        row("wrong answers", &tally.wrong)?;
        let (could, were) = tally.calm();
        row("could be answered", &could)?;
        row("were answered", &were)?;
        for (broker, (could, were)) in &tally.calm {
            row(&format!("  {broker}"), &format!("{were}/{could}"))?;
        }
        if let Some((start, end)) = &tally.usage {
            writeln!(f, "at the start: {start}\nat the end:   {end}")?;
        }
        for complaint in tally.complaints().iter().chain(&self.ended) {
            writeln!(f, "WRONG: {complaint}")?;
        }
        write!(f, "{}", if self.is_good() { "everything was right" } else { "something was wrong" })
    }
}
