//! What happened during a demo: the data of the view, the summary and the report.

use std::time::Duration;

use leveret_core::quantity::Milli;

use super::gaps::Gaps;
use super::plan::Burst;

/// A number, or why it is not known.
pub(super) type Number = Result<Milli, String>;

/// Everything that was seen and done, in order of time. Times count from the beginning of the demo.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    /// What the API answered, about once a second.
    pub(super) samples: Vec<Sample>,
    /// Every reconciliation of the HPA.
    pub(super) syncs: Vec<Sync>,
    /// The bursts that were sent.
    pub(super) bursts: Vec<Burst>,
    /// How long each question to the API took.
    pub(super) answers: Vec<Duration>,
    /// The questions that had no number for an answer.
    pub(super) gaps: Gaps,
}

/// The queue and its consumers at one time.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    /// When.
    pub(super) at: Duration,
    /// Messages that wait.
    pub(super) ready: Number,
    /// Messages that consumers work on.
    pub(super) unacked: Number,
    /// Messages published per second.
    pub(super) publish_rate: Number,
    /// Messages acknowledged per second.
    pub(super) ack_rate: Number,
    /// How old the numbers were; absent when there were none.
    pub(super) age: Option<Duration>,
    /// Consumer processes that run and are meant to.
    pub(super) running: u32,
    /// Consumer processes that finish their last message.
    pub(super) leaving: u32,
}

/// One reconciliation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sync {
    /// When.
    pub(super) at: Duration,
    /// The consumers before.
    pub(super) from: i32,
    /// The consumers asked for.
    pub(super) to: i32,
    /// The reason in one sentence.
    pub(super) why: String,
}

impl Trace {
    /// The mean of one rate over the last `span`: the API's rates are of single seconds, and messages come in pulses.
    /// Seconds without a rate do not count; without any, the reason of the last one is the answer.
    pub(super) fn mean_rate(&self, span: Duration, rate: impl Fn(&Sample) -> &Number) -> Number {
        let last = self.samples.last().ok_or("nothing was seen yet")?;
        let recent = self.samples.iter().rev().take_while(|sample| last.at.saturating_sub(sample.at) < span);
        let known: Vec<Milli> = recent.filter_map(|sample| rate(sample).as_ref().ok().copied()).collect();
        let count = i64::try_from(known.len()).unwrap_or(i64::MAX);
        let sum = known.into_iter().fold(Milli::ZERO, Milli::saturating_add);
        sum.thousandths().checked_div(count).map_or_else(|| rate(last).clone(), |mean| Ok(Milli::new(mean)))
    }
}

impl Sample {
    /// Messages that wait or are worked on; absent when either is not known.
    pub(super) fn backlog(&self) -> Option<Milli> {
        Some(self.ready.as_ref().ok()?.saturating_add(*self.unacked.as_ref().ok()?))
    }
}

impl Sync {
    /// Whether consumers were started or stopped.
    pub(super) fn scaled(&self) -> bool {
        self.from != self.to
    }
}

/// A time as a reader counts it: `2:05`.
pub(super) fn minutes(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}

/// A short demo for tests: a burst of 60 at 10 s, four consumers at 15 s, a gap in the data, drained at 40 s.
#[cfg(test)]
pub(super) fn example() -> Trace {
    let seconds = Duration::from_secs;
    let sample = |at: u64, ready: Option<i64>, running: u32| Sample {
        at: seconds(at),
        ready: ready.map(|ready| Milli::new(ready * 1000)).ok_or_else(|| "the broker `demo` does not answer".into()),
        unacked: Ok(Milli::new(i64::from(running) * 1000)),
        publish_rate: Ok(Milli::new(200)),
        ack_rate: Err("only one sample so far".into()),
        age: ready.map(|_| seconds(1)),
        running,
        leaving: 0,
    };
    let sync = |at, from, to, why: &str| Sync { at: seconds(at), from, to, why: why.into() };
    let mut gaps = Gaps::default();
    gaps.note("reads of broker `demo` have failed since 00:00:20Z: the broker `demo` does not answer");
    Trace {
        samples: vec![
            sample(0, Some(0), 1),
            sample(9, Some(0), 1),
            sample(11, Some(59), 1),
            sample(16, Some(54), 4),
            sample(20, None, 4),
            sample(25, Some(40), 4),
            sample(40, Some(0), 4),
            sample(60, Some(0), 1),
        ],
        syncs: vec![
            sync(5, 1, 1, "0 ÷ 10 per consumer = 0, raised to the minimum of 1"),
            sync(15, 1, 4, "60 ÷ 10 per consumer = 6, limited to 4 by the scale-up limit"),
            sync(20, 4, 4, "no data, so 4 are held: the broker `demo` does not answer"),
            sync(60, 4, 1, "0 ÷ 10 per consumer = 0, raised to the minimum of 1"),
        ],
        bursts: vec![Burst { at: seconds(10), messages: 60 }],
        answers: [3, 1, 2, 9, 4].map(Duration::from_millis).to_vec(),
        gaps,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backlog_with_an_unknown_part_is_unknown() {
        let trace = example();
        assert_eq!(trace.samples[3].backlog(), Some(Milli::new(58_000)));
        assert_eq!(trace.samples[4].backlog(), None);
    }

    #[test]
    fn a_mean_rate_leaves_out_what_is_unknown() {
        let mut trace = example();
        for (sample, rate) in
            trace.samples.iter_mut().rev().zip([Ok(Milli::new(4000)), Err("reset".to_owned()), Ok(Milli::new(1000))])
        {
            (sample.at, sample.publish_rate) = (Duration::from_secs(60), rate);
        }
        let mean = |trace: &Trace, seconds| trace.mean_rate(Duration::from_secs(seconds), |it| &it.publish_rate);
        assert_eq!(mean(&trace, 10), Ok(Milli::new(2500)));
        assert_eq!(trace.mean_rate(Duration::from_secs(10), |it| &it.ack_rate), Err("only one sample so far".into()));
        assert!(mean(&Trace::default(), 10).is_err());
    }

    #[test]
    fn times_are_minutes_and_seconds() {
        assert_eq!(minutes(Duration::from_secs(125)), "2:05");
    }
}
