//! Judging one answer after the other, and showing the wrong ones.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::Shared;
use crate::model::{Model, SETTLES_IN};
use crate::plan::{REPLACED, SETUPS};
use crate::question::{About, Question};
use crate::real;
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

/// What is to be said of an answer.
struct Judgement {
    /// What is wrong with it, if anything is.
    fault: Option<String>,
    /// Whether no fault and no hold keeps the question from being answered.
    is_calm: bool,
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
        let Judgement { fault, is_calm } =
            of_real(shared, question, &answer, span).unwrap_or_else(|| of_models(shared, question, &answer, span));
        let is_calm = is_calm && from > settled;
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
        if let Some(fault) = fault {
            tally.wrong += 1;
            let is_shown = tally.wrong <= WRONG_SHOWN_MAX;
            drop(tally);
            if is_shown {
                eprintln!("{}", line(shared, question, &fault));
            }
            let key = (question.selector.clone(), question.signal.name());
            let is_new = self.shown.get(&key).is_none_or(|shown| shown.elapsed() > SHOWN_FOR);
            if is_shown && is_new {
                eprintln!("{}", history(shared, question, last, span));
                self.shown.insert(key, span.to);
            }
        }
    }
}

/// An answer about a real broker; none if the question is about a model.
fn of_real(shared: &Shared, question: &Question, answer: &Answer, span: Span) -> Option<Judgement> {
    let (ledger, reading) = shared.reals.find(question.broker)?;
    let is_calm = match &question.about {
        About::Queue(name) => {
            question.signal.level().is_some() && ledger.is_calm_for(name, reading, span.from, span.to)
        }
        About::Names(_) | About::Prefix { .. } => ledger.is_calm(span.from, span.to),
    };
    Some(Judgement { fault: real::judge(&ledger, question, answer, span).err(), is_calm })
}

/// An answer about a model. During a change of the configuration it may be about either of two.
fn of_models(shared: &Shared, question: &Question, answer: &Answer, span: Span) -> Judgement {
    let (mut faults, mut is_calm) = (Vec::new(), true);
    let meant = shared.world.meant(question.broker, span.from, span.to);
    for index in &meant {
        let model = shared.world.model(*index);
        faults.extend(judge(&model, question, answer, span).err());
        is_calm &= can_be_answered(&model, question, span);
    }
    if question.broker == REPLACED {
        is_calm &= meant.len() == 1 && span.from > shared.world.replaced_at() + SETTLES_IN + SETTLES_IN / 4;
    }
    let is_wrong = !faults.is_empty() && faults.len() == meant.len();
    Judgement { fault: is_wrong.then(|| faults.join("; ")), is_calm }
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
fn history(shared: &Shared, question: &Question, last: &VecDeque<(Instant, Answer)>, span: Span) -> String {
    let mut text = String::from("  it has answered");
    for (at, answer) in last {
        let answer: String = answer.to_string().chars().take(ANSWER_SHOWN_MAX).collect();
        let _ = write!(text, "\n  {:>8.1} s {answer}", since(shared, *at));
    }
    let from = span.to.checked_sub(SHOWN_FOR).unwrap_or(shared.world.start);
    if let Some((ledger, _)) = shared.reals.find(question.broker) {
        for queue in ledger.queues.iter().filter(|queue| question.about.may_mean(&queue.name)) {
            let _ = write!(text, "\n  {}:", queue.name);
            for (at, range) in queue.truth.changes_during(from, span.to) {
                let _ = write!(text, " {:.1} s {} to {},", since(shared, at), range.low, range.high);
            }
        }
        write_notes(&mut text, shared, ledger.notes_since(from));
    }
    for index in shared.world.meant(question.broker, span.from, span.to) {
        write_model(&mut text, shared, question, index, from, span.to);
    }
    text
}

fn write_model(text: &mut String, shared: &Shared, question: &Question, index: usize, from: Instant, to: Instant) {
    let model = shared.world.model(index);
    for queue in model.queues.iter().filter(|queue| question.about.may_mean(&queue.name)) {
        let node = &model.nodes[queue.node].name;
        let _ = write!(text, "\n  {} of {} ({:?} on {node}):", queue.name, SETUPS[index].name, queue.kind);
        for (at, levels) in queue.truth.changes_during(from, to) {
            let levels = levels.map_or("none".to_owned(), |levels| levels.messages().to_string());
            let _ = write!(text, " {:.1} s {levels},", since(shared, at));
        }
    }
    // Notes about other queues explain nothing.
    let is_of_another = |note: &str| {
        let is_named = |name: &str| note.split(' ').next() == Some(name);
        model.queues.iter().any(|queue| !question.about.may_mean(&queue.name) && is_named(&queue.name))
    };
    write_notes(text, shared, model.notes_since(from).filter(|(_, note)| !is_of_another(note)));
}

fn write_notes<'a>(text: &mut String, shared: &Shared, notes: impl Iterator<Item = &'a (Instant, String)>) {
    for (at, note) in notes {
        let _ = write!(text, "\n  {:>8.1} s {note}", since(shared, *at));
    }
}

/// The seconds since the start.
fn since(shared: &Shared, at: Instant) -> f64 {
    at.saturating_duration_since(shared.world.start).as_secs_f64()
}
