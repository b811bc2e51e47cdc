//! What a demo showed, in numbers.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use leveret_core::quantity::Milli;

use super::gaps::Gap;
use super::plan::Burst;
use super::trace::{Trace, minutes};

/// The result of a demo that ran to its end; `Display` is the text for an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    /// How long the demo ran after its start-up.
    pub(crate) duration: Duration,
    /// From the start of the program until the view opened.
    pub(crate) started_after: Duration,
    /// What became of the messages.
    pub(crate) messages: Messages,
    /// What became of each burst.
    pub(crate) bursts: Vec<BurstOutcome>,
    /// The most consumers that ran at once.
    pub(crate) consumers_max: u32,
    /// The consumers that ran at the end.
    pub(crate) consumers_last: u32,
    /// How often consumers were started or stopped.
    pub(crate) scalings: usize,
    /// How often the HPA looked.
    pub(crate) syncs: usize,
    /// How many questions the API was asked.
    pub(crate) questions: usize,
    /// Why some of them had no number for an answer, the most frequent reason first.
    pub(crate) gaps: Vec<Gap>,
    /// The median time of an answer over HTTPS; absent when nothing was asked.
    pub(crate) answer_p50: Option<Duration>,
    /// Where the HTML report was written, or why it was not.
    pub(crate) report: Result<PathBuf, String>,
}

/// What became of the messages, by the consumers' shared journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Messages {
    /// Confirmed by the broker.
    pub(crate) published: u64,
    /// Distinct messages done.
    pub(crate) done: u64,
    /// Messages done a second time.
    pub(crate) duplicates: u64,
}

/// What became of one burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BurstOutcome {
    /// When it was sent.
    pub(crate) at: Duration,
    /// Its messages.
    pub(crate) messages: u32,
    /// From the burst until more consumers were started; absent when none were.
    pub(crate) scaled_out_after: Option<Duration>,
    /// The most consumers until the next burst.
    pub(crate) consumers_max: u32,
    /// From the burst until no message waited; absent when that was not seen.
    pub(crate) drained_after: Option<Duration>,
}

impl Summary {
    /// Counts what a trace holds. The report is written later, from this.
    pub(super) fn new(trace: &Trace, duration: Duration, started_after: Duration, messages: Messages) -> Self {
        Self {
            duration,
            started_after,
            messages,
            bursts: outcomes(trace),
            consumers_max: trace.samples.iter().map(|sample| sample.running).max().unwrap_or(0),
            consumers_last: trace.samples.last().map_or(0, |sample| sample.running),
            scalings: trace.syncs.iter().filter(|sync| sync.scaled()).count(),
            syncs: trace.syncs.len(),
            questions: trace.answers.len(),
            gaps: trace.gaps.by_frequency(),
            answer_p50: median(&trace.answers),
            report: Err("not written yet".into()),
        }
    }
}

impl Messages {
    /// Messages that were published and not done when the demo ended.
    pub(crate) fn unfinished(&self) -> u64 {
        self.published.saturating_sub(self.done)
    }
}

/// What became of each burst until the next one.
fn outcomes(trace: &Trace) -> Vec<BurstOutcome> {
    let ends = trace.bursts.iter().skip(1).map(|next| next.at).chain([Duration::MAX]);
    trace.bursts.iter().zip(ends).map(|(burst, end)| outcome(trace, *burst, end)).collect()
}

fn outcome(trace: &Trace, burst: Burst, end: Duration) -> BurstOutcome {
    let within = |at: Duration| at >= burst.at && at < end;
    let out = trace.syncs.iter().find(|sync| within(sync.at) && sync.to > sync.from);
    let samples = || trace.samples.iter().filter(|sample| within(sample.at));
    // A backlog of half the burst cannot be anything else; before it is seen, an empty queue is the one of before.
    let half = Milli::new(i64::from(burst.messages) * 500);
    let drained = samples()
        .skip_while(|sample| sample.backlog().is_none_or(|backlog| backlog < half))
        .find(|sample| sample.ready == Ok(Milli::ZERO));
    BurstOutcome {
        at: burst.at,
        messages: burst.messages,
        scaled_out_after: out.map(|sync| sync.at.saturating_sub(burst.at)),
        consumers_max: samples().map(|sample| sample.running).max().unwrap_or(0),
        drained_after: drained.map(|sample| sample.at.saturating_sub(burst.at)),
    }
}

/// The value in the middle, the lower one of two.
fn median(times: &[Duration]) -> Option<Duration> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len().saturating_sub(1) / 2).copied()
}

/// A time in seconds with one decimal, or that it was not seen.
pub(super) fn seconds(time: Option<Duration>) -> String {
    time.map_or_else(|| "not seen".into(), |time| format!("{:.1} s", time.as_secs_f64()))
}

/// That something came so much later, or that it was not seen.
fn after(time: Option<Duration>) -> String {
    time.map_or_else(|| "not seen".into(), |_| format!("after {}", seconds(time)))
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Messages { published, done, duplicates } = self.messages;
        writeln!(f, "ran           {} after a start of {}", minutes(self.duration), seconds(Some(self.started_after)))?;
        writeln!(
            f,
            "messages      {published} published, {done} done, {duplicates} done twice, {} not yet done",
            self.messages.unfinished()
        )?;
        writeln!(f, "consumers     at most {} running, {} at the end", self.consumers_max, self.consumers_last)?;
        for burst in &self.bursts {
            writeln!(
                f,
                "burst at {}  {} messages: first scale-out {}, at most {} consumers, drained {}",
                minutes(burst.at),
                burst.messages,
                after(burst.scaled_out_after),
                burst.consumers_max,
                after(burst.drained_after)
            )?;
        }
        writeln!(f, "HPA           looked {} times, {} changes", self.syncs, self.scalings)?;
        let unknown: u32 = self.gaps.iter().map(|gap| gap.times).sum();
        write!(f, "API           {} questions, {unknown} without a number", self.questions)?;
        if let Some(time) = self.answer_p50 {
            write!(f, ", half of the answers within {:.1} ms", time.as_secs_f64() * 1000.0)?;
        }
        for Gap { times, why } in &self.gaps {
            write!(f, "\nunknown       {times} ×: {why}")?;
        }
        match &self.report {
            Ok(path) => write!(f, "\nreport        {}", path.display()),
            Err(why) => write!(f, "\nreport        {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::trace::example;
    use super::*;

    fn summary() -> Summary {
        let messages = Messages { published: 61, done: 60, duplicates: 0 };
        Summary::new(&example(), Duration::from_secs(62), Duration::from_millis(7300), messages)
    }

    #[test]
    fn a_burst_is_followed_to_its_drain() {
        let [burst] = summary().bursts[..] else { panic!("one burst") };
        assert_eq!(burst.scaled_out_after, Some(Duration::from_secs(5)));
        assert_eq!(burst.drained_after, Some(Duration::from_secs(30)));
        assert_eq!(burst.consumers_max, 4);
    }

    #[test]
    fn a_burst_that_is_not_drained_says_so() {
        let mut trace = example();
        trace.samples.truncate(6);
        assert_eq!(outcomes(&trace)[0].drained_after, None);
    }

    #[test]
    fn medians() {
        assert_eq!(median(&[]), None);
        assert_eq!(summary().answer_p50, Some(Duration::from_millis(3)));
    }

    #[test]
    fn a_report_that_could_not_be_written_takes_nothing_else_away() {
        let why = "cannot write the report `/full/x.html`: No space left on device";
        let text = Summary { report: Err(why.into()), ..summary() }.to_string();
        assert!(text.contains("61 published") && text.ends_with(why), "{text}");
    }

    #[test]
    fn the_text_holds_every_figure() {
        let text = Summary { report: Ok("demo.html".into()), ..summary() }.to_string();
        assert_eq!(
            text,
            "ran           1:02 after a start of 7.3 s\n\
             messages      61 published, 60 done, 0 done twice, 1 not yet done\n\
             consumers     at most 4 running, 1 at the end\n\
             burst at 0:10  60 messages: first scale-out after 5.0 s, at most 4 consumers, drained after 30.0 s\n\
             HPA           looked 4 times, 2 changes\n\
             API           5 questions, 1 without a number, half of the answers within 3.0 ms\n\
             unknown       1 ×: the broker `demo` does not answer\n\
             report        demo.html"
        );
    }
}
