//! The states of all queues of a broker, kept small.
//!
//! There may be hundreds of thousands, and a new list is made at every read while the one before is still being served. So
//! [`QueueState`] is what the rules work on and [`Packed`] what is kept: the same without room for what most queues do not
//! have, and with numbers in place of the moments and origins that thousands of queues share.

mod packed;
mod tables;

use std::fmt;
use std::sync::Arc;

use crate::Moment;
use crate::observation::{Names, QueueKind, QueueMap, QueueNumber, QueueReading, SourceKind};

use self::packed::Packed;
use self::tables::Tables;
use super::{QueueState, Sample};

/// What is known about the queues of one broker, including those that are missing from the last reads and do not yet count as
/// deleted.
#[derive(Clone, Default)]
pub struct Queues {
    states: QueueMap<Packed>,
    tables: Tables,
}

/// One of them.
#[derive(Clone, Copy)]
pub struct KnownQueue<'a> {
    packed: &'a Packed,
    tables: &'a Tables,
}

impl Queues {
    /// How many queues are known.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// The table of their names.
    pub fn names(&self) -> &Arc<Names> {
        self.states.names()
    }

    /// One queue, if it is known.
    pub fn get(&self, vhost: &str, name: &str) -> Option<KnownQueue<'_>> {
        self.states.get(vhost, name).map(|packed| self.known(packed))
    }

    /// Whether any queue of a virtual host is known.
    pub fn has_vhost(&self, vhost: &str) -> bool {
        self.states.has_vhost(vhost)
    }

    /// The virtual hosts of which a queue is known, in no particular order.
    pub fn vhosts(&self) -> impl Iterator<Item = &str> {
        self.states.vhosts()
    }

    /// The queues of one virtual host by name, in no particular order.
    pub fn in_vhost(&self, vhost: &str) -> impl Iterator<Item = (&str, KnownQueue<'_>)> {
        self.states.in_vhost(vhost).map(|(name, packed)| (name, self.known(packed)))
    }

    /// All queues by the number of their name.
    pub fn iter(&self) -> impl Iterator<Item = (QueueNumber, KnownQueue<'_>)> {
        self.states.iter_numbered().map(|(number, packed)| (number, self.known(packed)))
    }

    /// The queues after a read that saw `seen`. `step` changes the state of every queue that is known or was seen, given what
    /// was seen of it. A queue for which it leaves none is forgotten.
    pub(super) fn after(
        &self,
        seen: &QueueMap<QueueReading>,
        mut step: impl FnMut(&Names, QueueNumber, &mut Option<QueueState>, Option<&QueueReading>),
    ) -> Self {
        let names = self.names().union(seen.names());
        let (mut states, mut tables) = (QueueMap::with_names(Arc::clone(&names)), Tables::default());
        let seen = seen.renumbered(&names);
        for number in names.numbers() {
            let (before, reading) = (self.states.at(number), seen.at(number));
            if before.is_none() && reading.is_none() {
                continue;
            }
            let mut state = before.map(|packed| packed.state(&self.tables));
            step(&names, number, &mut state, reading);
            if let Some(state) = &state {
                states.set(number, Packed::of(state, &mut tables));
            }
        }
        Self { states, tables }
    }

    /// Forgets the queues that `keep` refuses.
    pub(super) fn retain(&mut self, keep: impl Fn(KnownQueue<'_>) -> bool) {
        let tables = &self.tables;
        self.states.retain(|_, _, packed| keep(KnownQueue { packed, tables }));
    }

    /// Forgets the names of queues that are not known any more.
    pub(super) fn forget_names(&mut self) {
        self.states.forget_names();
    }

    fn known<'a>(&'a self, packed: &'a Packed) -> KnownQueue<'a> {
        KnownQueue { packed, tables: &self.tables }
    }
}

impl KnownQueue<'_> {
    /// All that is known about it.
    pub fn state(self) -> QueueState {
        self.packed.state(self.tables)
    }

    /// The last trusted sample.
    pub fn latest(self) -> Sample {
        self.packed.latest(self.tables)
    }

    /// When the observation began that the last trusted sample comes from.
    pub fn at(self) -> Moment {
        self.packed.at(self.tables)
    }

    /// What the queue is, if a source tells.
    pub fn kind(self) -> Option<QueueKind> {
        self.packed.kind()
    }

    /// Whether `source` showed it in the last read.
    pub(super) fn is_shown_by(self, source: SourceKind) -> bool {
        self.packed.is_shown_by(source, self.tables)
    }

    /// Since when reads that could have seen it have missed it.
    pub fn unseen_since(self) -> Option<Moment> {
        self.packed.unseen_since(self.tables)
    }
}

impl fmt::Debug for Queues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(
                self.iter().map(|(number, queue)| ((self.names().vhost(number), self.names().name(number)), queue)),
            )
            .finish()
    }
}

impl fmt::Debug for KnownQueue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state().fmt(f)
    }
}
