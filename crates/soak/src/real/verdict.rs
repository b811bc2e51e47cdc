//! Whether an answer about a real broker is right. Its queues exist all the time.

use std::time::{Duration, Instant};

use leveret_core::quantity::Milli;

use super::ledger::Ledger;
use super::plan::SHOWN_LATE;
use super::queue::{Range, RealQueue};
use crate::plan::MAX_SAMPLE_AGE;
use crate::question::{About, Question, Signal};
use crate::verdict::{Answer, MARGIN, RATE_LOOKS_BACK, Span};

/// What is wrong with an answer; none if it is right.
pub(crate) fn judge(ledger: &Ledger, question: &Question, answer: &Answer, span: Span) -> Result<(), String> {
    let number = match (answer, &question.about) {
        (Answer::Refused(_), _) => return Ok(()),
        (Answer::Strange(text), _) => return Err(format!("an answer that is neither a number nor a reason: {text}")),
        (Answer::Missing, About::Queue(name)) if ledger.queue(name).is_none() => return Ok(()),
        (Answer::Missing, _) => return Err("404, and it existed all the time, or may be zero".to_owned()),
        (Answer::Number(number), _) => *number,
    };
    let queues: Vec<&RealQueue> = match &question.about {
        About::Queue(name) => ledger.queue(name).into_iter().collect(),
        About::Names(names) => names.iter().filter_map(|name| ledger.queue(name)).collect(),
        About::Prefix { prefix, .. } => ledger.queues.iter().filter(|queue| queue.name.starts_with(prefix)).collect(),
    };
    if queues.is_empty() && matches!(question.about, About::Queue(_)) {
        return Err(format!("{number}, and there was never such a queue"));
    }
    match question.signal {
        Signal::Messages | Signal::Ready => judge_sum(&queues, number, span),
        Signal::Unacked | Signal::Consumers if number.thousandths() == 0 => Ok(()),
        Signal::Unacked | Signal::Consumers => Err(format!("{number}, and nothing consumes")),
        Signal::PublishRate => queues.iter().try_for_each(|queue| judge_rate(queue, number, span)),
    }
}

/// A number lies between the sums of the smallest and of the largest numbers that were possible at the time; that of one queue was
/// possible at one time.
fn judge_sum(queues: &[&RealQueue], number: Milli, span: Span) -> Result<(), String> {
    let (from, to) = (before(span.from, MAX_SAMPLE_AGE + MARGIN + SHOWN_LATE), span.to);
    let whole = u64::try_from(number.thousandths()).unwrap_or(u64::MAX);
    let is_in = |range: Range| whole.is_multiple_of(1000) && (range.low..=range.high).contains(&(whole / 1000));
    if let [queue] = queues {
        let mut possible = queue.truth.during(from, to);
        return if possible.any(is_in) { Ok(()) } else { Err(format!("{number} was not true")) };
    }
    let mut sum = Range { low: 0, high: 0 };
    for queue in queues {
        sum.low += queue.truth.during(from, to).map(|range| range.low).min().unwrap_or(0);
        sum.high += queue.truth.during(from, to).map(|range| range.high).max().unwrap_or(0);
    }
    if is_in(sum) { Ok(()) } else { Err(format!("{number} is not between {} and {}", sum.low, sum.high)) }
}

/// No more was published in a second than in the whole time of the rate.
fn judge_rate(queue: &RealQueue, rate: Milli, span: Span) -> Result<(), String> {
    let from = before(span.from, RATE_LOOKS_BACK + SHOWN_LATE);
    let first = queue.published_ever.during(from, span.to).next().unwrap_or_default();
    let most = queue.published_ever.now() - first;
    match Milli::from_count(most) {
        Some(limit) if rate <= limit => Ok(()),
        _ => Err(format!("{rate}/s, and {most} messages were published in all of {RATE_LOOKS_BACK:?}")),
    }
}

fn before(at: Instant, by: Duration) -> Instant {
    at.checked_sub(by).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two queues: `quorum-0` with 5 messages, then with 5 or 6; `quorum-1` with none.
    fn ledger(start: Instant) -> Ledger {
        let mut first = RealQueue::new("quorum-0".to_owned(), None, start);
        for _ in 0..5 {
            first.publishes(start);
            first.has_published(start);
        }
        first.publishes(start + Duration::from_secs(100));
        Ledger::new(vec![first, RealQueue::new("quorum-1".to_owned(), None, start)])
    }

    #[track_caller]
    fn check(about: About, signal: Signal, answer: &Answer, second: u64, is_right: bool) {
        let start = Instant::now();
        let at = start + Duration::from_secs(second);
        let question = Question { broker: "cluster-both", signal, about, selector: String::new() };
        let verdict = judge(&ledger(start), &question, answer, Span { from: at, to: at });
        assert_eq!(verdict.is_ok(), is_right, "{answer} at {second} s: {verdict:?}");
    }

    #[test]
    fn a_number_must_have_been_possible() {
        let number = |count| Answer::Number(Milli::from_count(count).expect("it is small"));
        let (queue, pattern) =
            (|name: &str| About::Queue(name.to_owned()), About::Prefix { prefix: "quorum-", zero: false });
        for (count, second, is_right) in [(5, 99, true), (6, 99, false), (6, 101, true), (5, 200, true), (0, 50, false)]
        {
            check(queue("quorum-0"), Signal::Messages, &number(count), second, is_right);
            check(pattern.clone(), Signal::Messages, &number(count), second, is_right);
        }
        check(queue("quorum-1"), Signal::Messages, &number(0), 50, true);
        check(queue("quorum-0"), Signal::Consumers, &number(1), 50, false);
        check(queue("quorum-0"), Signal::PublishRate, &number(2), 110, false);
        check(queue("quorum-0"), Signal::PublishRate, &number(1), 110, true);
    }

    #[test]
    fn nothing_that_exists_is_missing() {
        let queue = |name: &str| About::Queue(name.to_owned());
        check(queue("quorum-0"), Signal::Messages, &Answer::Missing, 50, false);
        check(queue("ghost-0"), Signal::Messages, &Answer::Missing, 50, true);
        check(queue("ghost-0"), Signal::Messages, &Answer::Number(Milli::new(0)), 50, false);
        check(About::Names(&["quorum-0", "ghost-0"]), Signal::Messages, &Answer::Missing, 50, false);
        check(queue("quorum-0"), Signal::Messages, &Answer::Refused(String::new()), 50, true);
    }
}
