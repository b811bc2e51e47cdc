//! Judging one answer after the other, and showing the wrong ones.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::Shared;
use crate::model::{Model, SETTLES_IN};
use crate::plan::{REPLACED, SETUPS};
use crate::question::{About, Question};
use crate::verdict::{Answer, Span, judge};

/// How many of the last answers to a question are shown with a wrong one.
const ANSWERS_SHOWN: usize = 8;

/// How much of an answer is shown.
const ANSWER_SHOWN_MAX: usize = 250;

/// How far back the history of a wrong answer goes.
const SHOWN_FOR: Duration = Duration::from_secs(50);

/// How many wrong answers are shown.
const WRONG_SHOWN_MAX: u64 = 1000;

/// How many refusals of questions that could be answered are shown.
const REFUSED_SHOWN_MAX: u64 = 20;

/// The last answers to each question.
#[derive(Debug, Default)]
pub(super) struct Judge {
    last: HashMap<(String, &'static str), VecDeque<(Instant, Answer)>>,
    /// When an answer to each question was last shown with what happened before it.
    shown: HashMap<(String, &'static str), Instant>,
}

impl Judge {
    /// Judges and counts an answer to a question that was sent at `from` to the Leveret that is `settled` from then on.
    pub(super) fn take(
        &mut self,
        shared: &Shared,
        question: &Question,
        answer: reqwest::Result<Answer>,
        from: Instant,
        settled: Instant,
    ) {
        let span = Span { from, to: Instant::now() };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                if shared.is_connected(settled) {
                    shared.tally().failed += 1;
                    eprintln!("{}: {error:?}", question.selector);
                }
                return;
            }
        };
        let last = self.last.entry((question.selector.clone(), question.signal.name())).or_default();
        last.push_back((span.to, answer.clone()));
        if last.len() > ANSWERS_SHOWN {
            last.pop_front();
        }
        let (mut faults, mut is_calm) = (Vec::new(), from > settled);
        let meant = shared.world.meant(question.broker, span.from, span.to);
        for index in &meant {
            let model = shared.world.model(*index);
            faults.extend(judge(&model, question, &answer, span).err());
            is_calm &= can_be_answered(&model, question, span);
        }
        if question.broker == REPLACED {
            is_calm &= meant.len() == 1 && from > shared.world.replaced_at() + SETTLES_IN + SETTLES_IN / 4;
        }
        let mut tally = shared.tally();
        tally.answers += 1;
        tally.numbers += u64::from(matches!(answer, Answer::Number(_)));
        tally.zeros += u64::from(matches!(answer, Answer::Number(number) if number.thousandths() == 0));
        tally.missing += u64::from(answer == Answer::Missing);
        let is_answered = !matches!(answer, Answer::Refused(_) | Answer::Strange(_));
        if is_calm {
            let (could, were) = tally.calm.entry(question.broker).or_default();
            (*could, *were) = (*could + 1, *were + u64::from(is_answered));
            let refused = *could - *were;
            if !is_answered && refused <= REFUSED_SHOWN_MAX {
                eprintln!(
                    "refused although nothing concerned it: {} {}: {answer}",
                    question.signal.name(),
                    question.selector
                );
            }
        }
        // During a change of the configuration it may be about either.
        if !faults.is_empty() && faults.len() == meant.len() {
            tally.wrong += 1;
            let is_shown = tally.wrong <= WRONG_SHOWN_MAX;
            drop(tally);
            let fault = faults.join("; ");
            if is_shown {
                eprintln!("{}", line(shared, question, &fault));
            }
            let key = (question.selector.clone(), question.signal.name());
            let is_new = self.shown.get(&key).is_none_or(|shown| shown.elapsed() > SHOWN_FOR);
            if is_shown && is_new {
                eprintln!("{}", history(shared, question, last, &meant));
                self.shown.insert(key, span.to);
            }
        }
    }
}

/// Whether no fault and no hold keeps a question from being answered.
fn can_be_answered(model: &Model, question: &Question, span: Span) -> bool {
    match &question.about {
        About::Queue(name) => question.signal.level().is_some() && model.is_calm_for(name, span.from, span.to),
        About::Names(_) | About::Prefix { .. } => model.is_calm(span.from, span.to),
    }
}

/// A wrong answer.
fn line(shared: &Shared, question: &Question, fault: &str) -> String {
    let (seed, passed) = (shared.seed, shared.world.start.elapsed().as_secs_f64());
    format!("WRONG at {passed:.1} s with seed {seed}: {} {}: {fault}", question.signal.name(), question.selector)
}

/// What happened before a wrong answer.
fn history(shared: &Shared, question: &Question, last: &VecDeque<(Instant, Answer)>, meant: &[usize]) -> String {
    let start = shared.world.start;
    let since = |at: Instant| at.saturating_duration_since(start).as_secs_f64();
    let now = Instant::now();
    let mut text = String::from("  it has answered");
    for (at, answer) in last {
        let answer: String = answer.to_string().chars().take(ANSWER_SHOWN_MAX).collect();
        let _ = write!(text, "\n  {:>8.1} s {answer}", since(*at));
    }
    let from = now.checked_sub(SHOWN_FOR).unwrap_or(start);
    for index in meant {
        let model = shared.world.model(*index);
        let is_meant = |name: &str| match &question.about {
            About::Queue(it) => name == it,
            About::Names(names) => names.contains(&name),
            About::Prefix { prefix, .. } => name.starts_with(prefix),
        };
        for queue in model.queues.iter().filter(|queue| is_meant(&queue.name)) {
            let node = &model.nodes[queue.node].name;
            let _ = write!(text, "\n  {} of {} ({:?} on {node}):", queue.name, SETUPS[*index].name, queue.kind);
            for (at, levels) in queue.truth.changes_during(from, now) {
                let levels = levels.map_or("none".to_owned(), |levels| levels.messages().to_string());
                let _ = write!(text, " {:.1} s {levels},", since(at));
            }
        }
        // Notes about other queues explain nothing.
        let is_of_another = |note: &str| {
            model.queues.iter().any(|queue| !is_meant(&queue.name) && note.split(' ').next() == Some(&queue.name))
        };
        for (at, note) in model.notes_since(from).filter(|(_, note)| !is_of_another(note)) {
            let _ = write!(text, "\n  {:>8.1} s {note}", since(*at));
        }
    }
    text
}
