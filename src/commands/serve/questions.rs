//! Which questions were asked lately, and which of them have no number.
//!
//! An HPA asks again and again. What is remembered of its question shows when the answer becomes another, for the log, and
//! which signals of a queue are asked for at all, for the gauges. It is bounded in number and in time.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use leveret_core::Moment;
use leveret_core::catalog::{Reason, Signal};
use leveret_core::observation::QueueId;

use crate::poll::REMEMBERED;

/// How many queues, and how many backlogs, are remembered per broker; and how many questions that name neither. Further ones
/// are answered and leave no trace.
const REMEMBERED_MAX: usize = 4096;

/// Recent questions. One writer per question.
#[derive(Debug, Default)]
pub(super) struct Questions {
    brokers: Mutex<HashMap<Box<str>, OfBroker>>,
    /// Why a question says nothing about a known broker, and when it was last asked.
    unclear: Mutex<HashMap<Box<str>, Moment>>,
}

#[derive(Debug, Default)]
struct OfBroker {
    queues: HashMap<QueueId, Vec<Asked>>,
    backlogs: HashMap<Box<str>, Vec<Asked>>,
}

/// One signal of a queue or a backlog.
#[derive(Debug)]
struct Asked {
    signal: Signal,
    at: Moment,
    /// Why there was no number; none if there was one.
    missing: Option<Reason>,
}

/// How an answer differs from the one before to the same question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// There is no number, or none for another reason than before.
    NoNumber,
    /// There is a number again.
    NumberAgain,
}

/// The signals that were asked for lately of one broker.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct AskedFor {
    /// By queue.
    pub(super) queues: BTreeMap<QueueId, Vec<Signal>>,
    /// By the backlog's name.
    pub(super) backlogs: BTreeMap<Box<str>, Vec<Signal>>,
}

impl Questions {
    /// Notes the answer to a question about a queue.
    pub(super) fn of_queue(
        &self,
        broker: &str,
        queue: &QueueId,
        signal: Signal,
        missing: Option<Reason>,
        now: Moment,
    ) -> Option<Change> {
        self.of_broker(broker, |it| note(&mut it.queues, queue, || queue.clone(), Asked { signal, at: now, missing }))
    }

    /// Notes the answer to a question about a configured backlog.
    pub(super) fn of_backlog(
        &self,
        broker: &str,
        backlog: &str,
        signal: Signal,
        missing: Option<Reason>,
        now: Moment,
    ) -> Option<Change> {
        self.of_broker(broker, |it| {
            note(&mut it.backlogs, backlog, || backlog.into(), Asked { signal, at: now, missing })
        })
    }

    /// Notes a question that names no known broker, queue or signal: whether it was not asked lately.
    pub(super) fn unclear(&self, why: &str, now: Moment) -> bool {
        let mut unclear = self.unclear.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = unclear.get_mut(why) {
            let lately = now.since(std::mem::replace(at, now)) <= REMEMBERED;
            return !lately;
        }
        if unclear.len() >= REMEMBERED_MAX {
            unclear.retain(|_, at| now.since(*at) <= REMEMBERED);
        }
        let has_room = unclear.len() < REMEMBERED_MAX;
        if has_room {
            unclear.insert(why.into(), now);
        }
        has_room
    }

    /// What was asked of a broker lately. Forgets what is too old.
    pub(super) fn asked_for(&self, broker: &str, now: Moment) -> AskedFor {
        let mut brokers = self.brokers.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(of_broker) = brokers.get_mut(broker) else { return AskedFor::default() };
        forget(&mut of_broker.queues, now);
        forget(&mut of_broker.backlogs, now);
        AskedFor { queues: signals(&of_broker.queues), backlogs: signals(&of_broker.backlogs) }
    }

    fn of_broker<T>(&self, broker: &str, note: impl FnOnce(&mut OfBroker) -> T) -> T {
        let mut brokers = self.brokers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_broker) = brokers.get_mut(broker) {
            return note(of_broker);
        }
        note(brokers.entry(broker.into()).or_default())
    }
}

fn note<K, Q>(known: &mut HashMap<K, Vec<Asked>>, key: &Q, owned: impl FnOnce() -> K, asked: Asked) -> Option<Change>
where
    K: Borrow<Q> + Hash + Eq,
    Q: Hash + Eq + ?Sized,
{
    if !known.contains_key(key) {
        if known.len() >= REMEMBERED_MAX {
            forget(known, asked.at);
        }
        if known.len() >= REMEMBERED_MAX {
            return None;
        }
        known.insert(owned(), Vec::new());
    }
    let all = known.get_mut(key)?;
    let missing = asked.missing;
    let before = if let Some(before) = all.iter_mut().find(|before| before.signal == asked.signal) {
        let lately = asked.at.since(before.at) <= REMEMBERED;
        std::mem::replace(before, asked).missing.filter(|_| lately)
    } else {
        all.push(asked);
        None
    };
    match (before, missing) {
        (Some(_), None) => Some(Change::NumberAgain),
        (before, Some(_)) if before != missing => Some(Change::NoNumber),
        (_, _) => None,
    }
}

fn forget<K>(known: &mut HashMap<K, Vec<Asked>>, now: Moment) {
    known.retain(|_, all| {
        all.retain(|asked| now.since(asked.at) <= REMEMBERED);
        !all.is_empty()
    });
}

fn signals<K: Clone + Ord>(known: &HashMap<K, Vec<Asked>>) -> BTreeMap<K, Vec<Signal>> {
    let of_one = |all: &Vec<Asked>| all.iter().map(|asked| asked.signal).collect();
    known.iter().map(|(key, all)| (key.clone(), of_one(all))).collect()
}

#[cfg(test)]
mod tests;
