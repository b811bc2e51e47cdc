//! Whether an answer is right.

use std::fmt;
use std::time::{Duration, Instant};

use leveret_core::quantity::Milli;

use crate::model::{Kind, Model, Queue};
use crate::plan::MAX_SAMPLE_AGE;
use crate::question::{About, Question, Signal};

/// How much older than `maxSampleAge` a number may be: what passes between a look at a queue and the answer about it.
pub(crate) const MARGIN: Duration = Duration::from_secs(1);

/// How long ago the first of the two samples of a rate may have been taken.
pub(crate) const RATE_LOOKS_BACK: Duration = Duration::from_secs(75);

/// What Leveret has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A number.
    Number(Milli),
    /// 404: the queue does not exist.
    Missing,
    /// 503, with the message.
    Refused(String),
    /// Anything else.
    Strange(String),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Missing => f.write_str("404"),
            Self::Refused(message) => write!(f, "503 {message}"),
            Self::Strange(text) => f.write_str(text),
        }
    }
}

/// When a question was on its way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) from: Instant,
    pub(crate) to: Instant,
}

impl Span {
    /// The time at which what is answered may have been true.
    fn of_truth(self) -> (Instant, Instant) {
        (self.from.checked_sub(MAX_SAMPLE_AGE + MARGIN).unwrap_or(self.from), self.to)
    }
}

/// What is wrong with an answer about this broker; none if it is right.
pub(crate) fn judge(model: &Model, question: &Question, answer: &Answer, span: Span) -> Result<(), String> {
    match (answer, &question.about) {
        (Answer::Refused(_), _) => Ok(()),
        (Answer::Strange(text), _) => Err(format!("an answer that is neither a number nor a reason: {text}")),
        (Answer::Missing, About::Queue(name)) => match model.queue(name) {
            Some(queue) if !was_absent(queue, span) => Err("404, and the queue existed all the time".to_owned()),
            _ => Ok(()),
        },
        (Answer::Missing, About::Prefix { prefix, zero: false })
            if members(model, prefix).all(|it| was_absent(it, span)) =>
        {
            Ok(())
        }
        (Answer::Missing, _) => Err("404 for a backlog that may be zero".to_owned()),
        (Answer::Number(number), About::Queue(name)) => match model.queue(name) {
            Some(queue) => judge_queue(queue, question.signal, *number, span),
            None => Err(format!("{number}, and there was never such a queue")),
        },
        (Answer::Number(number), About::Names(names)) => {
            judge_sum(names.iter().filter_map(|name| model.queue(name)), question.signal, *number, span)
        }
        (Answer::Number(number), About::Prefix { prefix, .. }) => {
            judge_sum(members(model, prefix), question.signal, *number, span)
        }
    }
}

/// The queues that a pattern means.
fn members<'a>(model: &'a Model, prefix: &'a str) -> impl Iterator<Item = &'a Queue> {
    model.queues.iter().filter(move |queue| queue.name.starts_with(prefix) && queue.kind != Kind::Stream)
}

fn was_absent(queue: &Queue, span: Span) -> bool {
    let (from, to) = span.of_truth();
    queue.truth.during(from, to).any(|levels| levels.is_none())
}

fn judge_queue(queue: &Queue, signal: Signal, number: Milli, span: Span) -> Result<(), String> {
    let Some(level) = signal.level() else { return judge_rate(queue, number, span) };
    let (from, to) = span.of_truth();
    let mut true_ones = queue.truth.during(from, to).flatten().map(|levels| levels.all()[level]);
    if true_ones.any(|it| Milli::from_count(it) == Some(number)) {
        Ok(())
    } else {
        Err(format!("{number} was not true"))
    }
}

/// A sum lies between those of the smallest and of the largest numbers of the time; a queue that was absent counts as empty.
fn judge_sum<'a>(
    queues: impl Iterator<Item = &'a Queue>,
    signal: Signal,
    number: Milli,
    span: Span,
) -> Result<(), String> {
    let level = signal.level().unwrap_or_default();
    let (from, to) = span.of_truth();
    let (mut least, mut most) = (0_u128, 0_u128);
    for queue in queues {
        let numbers =
            queue.truth.during(from, to).map(|levels| levels.map_or(0, |levels| u128::from(levels.all()[level])));
        let (low, high) = numbers.fold((u128::MAX, 0), |(low, high), it| (low.min(it), high.max(it)));
        (least, most) = (least + low, most + high);
    }
    let number = u128::from(number.thousandths().unsigned_abs()) / 1000;
    if (least..=most).contains(&number) { Ok(()) } else { Err(format!("{number} is not between {least} and {most}")) }
}

/// No more was published in a second than in the whole time of the rate.
fn judge_rate(queue: &Queue, rate: Milli, span: Span) -> Result<(), String> {
    let from = span.from.checked_sub(RATE_LOOKS_BACK).unwrap_or(span.from);
    let first = queue.published_ever.during(from, span.to).next().unwrap_or_default();
    let most = queue.published_ever.now() - first;
    match Milli::from_count(most.saturating_mul(11) / 10) {
        Some(most) if rate <= most => Ok(()),
        _ => Err(format!("{rate}/s, and {most} messages were published in all of {RATE_LOOKS_BACK:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{History, Levels};
    use crate::plan::SETUPS;

    /// A model whose queue `busy-0` had 5 messages, has 7 since 100 s and none since 150 s, and whose `ghost` never existed.
    fn model(start: Instant) -> Model {
        let mut model = Model::new(SETUPS[0], 0, 1, start);
        let levels = |ready| Some(Levels { ready, unacked: 0, consumers: 0 });
        model.queues.retain(|queue| queue.name == "busy-0");
        model.queues[0].truth = History::new(start, levels(5));
        model.queues[0].truth.set(start + Duration::from_secs(100), levels(7));
        model.queues[0].truth.set(start + Duration::from_secs(150), None);
        model
    }

    #[track_caller]
    fn check(about: About, answer: &Answer, second: u64, is_right: bool) {
        let start = Instant::now();
        let question = Question { broker: "single", signal: Signal::Messages, about, selector: String::new() };
        let at = start + Duration::from_secs(second);
        let verdict = judge(&model(start), &question, answer, Span { from: at, to: at });
        assert_eq!(verdict.is_ok(), is_right, "{answer} at {second} s: {verdict:?}");
    }

    fn number(number: u64) -> Answer {
        Answer::Number(Milli::from_count(number).expect("it is small"))
    }

    #[test]
    fn a_number_must_have_been_true_lately() {
        let queue = || About::Queue("busy-0".to_owned());
        check(queue(), &number(5), 120, true);
        check(queue(), &number(5), 122, false);
        check(queue(), &number(7), 99, false);
        check(queue(), &number(0), 120, false);
        check(About::Queue("ghost".to_owned()), &number(0), 120, false);
        check(queue(), &Answer::Refused(String::new()), 120, true);
        check(queue(), &Answer::Strange(String::new()), 120, false);
    }

    #[test]
    fn an_absence_must_be_true() {
        let names = || About::Names(&["busy-0", "ghost"]);
        check(About::Queue("busy-0".to_owned()), &Answer::Missing, 149, false);
        check(About::Queue("busy-0".to_owned()), &Answer::Missing, 151, true);
        check(About::Queue("ghost".to_owned()), &Answer::Missing, 10, true);
        check(names(), &number(0), 149, false);
        check(names(), &number(0), 151, true);
        check(names(), &number(7), 151, true);
        check(names(), &Answer::Missing, 151, false);
    }

    #[test]
    fn a_sum_lies_between_the_possible_ones() {
        let pattern = || About::Prefix { prefix: "busy", zero: false };
        check(pattern(), &number(6), 110, true);
        check(pattern(), &number(4), 110, false);
        check(pattern(), &number(8), 110, false);
        check(pattern(), &Answer::Missing, 110, false);
        check(pattern(), &Answer::Missing, 190, true);
    }
}
