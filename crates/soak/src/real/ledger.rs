//! What is known of one real broker, by those who use it, disturb it and judge answers about it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::disturbance::Disturbance;
use super::plan::Reading;
use super::queue::RealQueue;

/// How many notes are kept.
const NOTES_MAX: usize = 300;

/// How long the end of a fault is remembered: longer than it takes to settle and to answer.
const KEPT_FOR: Duration = Duration::from_secs(120);

/// One real broker.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) queues: Vec<RealQueue>,
    disturbances: Vec<Disturbance>,
    notes: VecDeque<(Instant, String)>,
    /// The classes of the faults that nothing has counted yet.
    pub(crate) begun: Vec<&'static str>,
    /// What went wrong with the broker itself.
    pub(crate) failure: Option<String>,
}

impl Ledger {
    /// A broker that has just been started, with these queues.
    pub(crate) fn new(queues: Vec<RealQueue>) -> Self {
        Self { queues, disturbances: Vec::new(), notes: VecDeque::new(), begun: Vec::new(), failure: None }
    }

    /// The queue of this name.
    pub(crate) fn queue(&self, name: &str) -> Option<&RealQueue> {
        self.queues.iter().find(|queue| queue.name == name)
    }

    /// A fault of this class begins.
    pub(crate) fn begin(&mut self, disturbance: Disturbance, class: &'static str, note: String) {
        let now = disturbance.since;
        self.disturbances.retain(|it| it.over.is_none_or(|over| now.saturating_duration_since(over) < KEPT_FOR));
        self.disturbances.push(disturbance);
        self.begun.push(class);
        self.queues.iter_mut().for_each(|queue| queue.is_disturbed(now));
        self.note(now, note);
    }

    /// The last fault is over.
    pub(crate) fn end(&mut self, now: Instant) {
        if let Some(last) = self.disturbances.last_mut() {
            last.over = Some(now);
        }
        self.note(now, "the fault is over".to_owned());
    }

    /// The fault that lasts now.
    pub(crate) fn current(&self) -> Option<Disturbance> {
        self.disturbances.last().copied().filter(|it| it.over.is_none())
    }

    /// Notes something for the reader of a wrong answer.
    pub(crate) fn note(&mut self, now: Instant, text: String) {
        if self.notes.len() == NOTES_MAX {
            self.notes.pop_front();
        }
        self.notes.push_back((now, text));
    }

    /// What happened since `from`.
    pub(crate) fn notes_since(&self, from: Instant) -> impl Iterator<Item = &(Instant, String)> {
        self.notes.iter().filter(move |(at, _)| *at >= from)
    }

    /// Whether a question about a queue that was on its way from `from` to `to` concerns nothing but what is settled.
    pub(crate) fn is_calm_for(&self, name: &str, reading: &Reading, from: Instant, to: Instant) -> bool {
        let Some(queue) = self.queue(name) else { return self.is_calm(from, to) };
        let of_this = |it: &&Disturbance| it.includes(from, to);
        self.disturbances.iter().filter(of_this).all(|it| !it.concerns(queue.home, !reading.prometheus))
    }

    /// Whether the same holds for every queue, and for those that do not exist.
    pub(crate) fn is_calm(&self, from: Instant, to: Instant) -> bool {
        !self.disturbances.iter().any(|it| it.includes(from, to))
    }
}
