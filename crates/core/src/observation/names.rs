//! The names of a broker's queues, each once, with a number.
//!
//! A broker has the same queues from one read to the next. So their names are kept in one table that reads and snapshots
//! share, and everything else about queues is kept by number. A table only grows; a table that has many names of queues that
//! are gone is replaced by a new one.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hashbrown::HashTable;

/// The number of a queue in a table of names, from 0 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QueueNumber(u32);

/// A table of names.
#[derive(Debug, Default)]
pub struct Names {
    vhosts: Vec<Vhost>,
    vhost_index: HashMap<Box<str>, u32>,
    queues: Vec<Queue>,
    /// The names of all queues, one after another.
    text: String,
    index: HashTable<QueueNumber>,
    hasher: RandomState,
    /// The same in two references to one table, whatever it has grown to, until it grows after it was copied.
    identity: Identity,
    /// The identity of the table that had all names of this one before it got its own.
    grown_from: Option<Identity>,
    /// Whether there may be copies, which grow in another way.
    copied: AtomicBool,
}

/// Which table it is.
#[derive(Clone, Debug, Default)]
pub struct Identity(Arc<()>);

#[derive(Clone, Debug)]
struct Vhost {
    name: Box<str>,
    queues: Vec<QueueNumber>,
}

#[derive(Clone, Copy, Debug)]
struct Queue {
    vhost: u32,
    /// Where its name ends; it begins where the one before ends.
    end: u32,
}

impl QueueNumber {
    /// Its place in a list of all queues of a table.
    pub fn place(self) -> usize {
        self.0 as usize
    }

    /// The number of a place; the last possible number for a place that no table has.
    fn of(place: usize) -> Self {
        Self(u32::try_from(place).unwrap_or(u32::MAX))
    }
}

impl Names {
    /// How many queues it has.
    pub fn len(&self) -> usize {
        self.queues.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.queues.is_empty()
    }

    /// Which table it is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The virtual host of a queue.
    pub fn vhost(&self, number: QueueNumber) -> &str {
        &self.vhosts[self.queues[number.place()].vhost as usize].name
    }

    /// The name of a queue.
    pub fn name(&self, number: QueueNumber) -> &str {
        let start = number.place().checked_sub(1).map_or(0, |before| self.queues[before].end);
        &self.text[start as usize..self.queues[number.place()].end as usize]
    }

    /// The number of a queue; none if it is not in the table.
    pub fn find(&self, vhost: &str, name: &str) -> Option<QueueNumber> {
        let vhost = *self.vhost_index.get(vhost)?;
        self.index.find(self.hash(vhost, name), |number| self.is(*number, vhost, name)).copied()
    }

    /// The number of a queue that is likely to come after `before`; none if it is not in the table. Sources list queues in the
    /// same order each time.
    pub fn find_after(&self, before: Option<QueueNumber>, vhost: &str, name: &str) -> Option<QueueNumber> {
        let next = QueueNumber::of(before.map_or(0, |before| before.place() + 1));
        let is_next = next.place() < self.len() && self.name(next) == name && self.vhost(next) == vhost;
        if is_next { Some(next) } else { self.find(vhost, name) }
    }

    /// The number of a queue, which is added if it is not in the table. The table is copied if it is shared.
    pub fn number(self: &mut Arc<Self>, vhost: &str, name: &str) -> QueueNumber {
        match self.find(vhost, name) {
            Some(number) => number,
            None => Arc::make_mut(self).add(vhost, name),
        }
    }

    /// The numbers of the queues of one virtual host, in order.
    pub fn in_vhost(&self, vhost: &str) -> &[QueueNumber] {
        self.vhost_index.get(vhost).map_or(&[], |vhost| &self.vhosts[*vhost as usize].queues)
    }

    /// Every virtual host with the numbers of its queues.
    pub fn vhosts(&self) -> impl Iterator<Item = (&str, &[QueueNumber])> {
        self.vhosts.iter().map(|vhost| (&*vhost.name, &*vhost.queues))
    }

    /// All numbers, in order.
    pub fn numbers(&self) -> impl Iterator<Item = QueueNumber> + use<> {
        (0..self.len()).map(QueueNumber::of)
    }

    /// Whether every queue of the other table has the same number in this one, as far as that can be seen without comparing
    /// them.
    pub fn extends(&self, other: &Identity) -> bool {
        let is = |identity: &Identity| Arc::ptr_eq(&identity.0, &other.0);
        is(&self.identity) || self.grown_from.as_ref().is_some_and(is)
    }

    /// A table with the queues of both, in which those of this one keep their numbers.
    #[must_use]
    pub fn union(self: &Arc<Self>, other: &Arc<Self>) -> Arc<Self> {
        if other.extends(&self.identity) {
            return Arc::clone(other);
        }
        let mut both = Arc::clone(self);
        if !self.extends(&other.identity) {
            for number in other.numbers() {
                both.number(other.vhost(number), other.name(number));
            }
        }
        both
    }

    fn add(&mut self, vhost: &str, name: &str) -> QueueNumber {
        if std::mem::take(self.copied.get_mut()) {
            self.grown_from = Some(std::mem::take(&mut self.identity));
        }
        let vhost = self.add_vhost(vhost);
        let number = QueueNumber::of(self.queues.len());
        self.text.push_str(name);
        // A table has fewer than 2^32 bytes: the sources bound names and queues.
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.queues.push(Queue { vhost, end });
        self.vhosts[vhost as usize].queues.push(number);
        let (hash, hasher, queues, text) = (self.hash(vhost, name), &self.hasher, &self.queues, &self.text);
        self.index.insert_unique(hash, number, |number| {
            let start = number.place().checked_sub(1).map_or(0, |before| queues[before].end);
            let queue = queues[number.place()];
            hasher.hash_one((queue.vhost, &text[start as usize..queue.end as usize]))
        });
        number
    }

    fn add_vhost(&mut self, name: &str) -> u32 {
        if let Some(vhost) = self.vhost_index.get(name) {
            return *vhost;
        }
        let vhost = u32::try_from(self.vhosts.len()).unwrap_or(u32::MAX);
        self.vhosts.push(Vhost { name: name.into(), queues: Vec::new() });
        self.vhost_index.insert(name.into(), vhost);
        vhost
    }

    fn hash(&self, vhost: u32, name: &str) -> u64 {
        self.hasher.hash_one((vhost, name))
    }

    fn is(&self, number: QueueNumber, vhost: u32, name: &str) -> bool {
        self.queues[number.place()].vhost == vhost && self.name(number) == name
    }
}

impl Clone for Names {
    /// A copy, which may grow in another way than the original.
    fn clone(&self) -> Self {
        self.copied.store(true, Ordering::Relaxed);
        Self {
            vhosts: self.vhosts.clone(),
            vhost_index: self.vhost_index.clone(),
            queues: self.queues.clone(),
            text: self.text.clone(),
            index: self.index.clone(),
            hasher: self.hasher.clone(),
            identity: Identity::default(),
            grown_from: Some(self.identity.clone()),
            copied: AtomicBool::new(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_given_in_order_and_stay() {
        let mut names = Arc::new(Names::default());
        let numbers =
            [("/", "a"), ("b", "a"), ("/", ""), ("/", "a")].map(|(vhost, name)| names.number(vhost, name).place());
        assert_eq!(numbers, [0, 1, 2, 0]);
        let shown: Vec<_> = names.numbers().map(|number| (names.vhost(number), names.name(number))).collect();
        assert_eq!(shown, [("/", "a"), ("b", "a"), ("/", "")]);
        assert_eq!(names.in_vhost("/").iter().map(|number| number.place()).collect::<Vec<_>>(), [0, 2]);
        assert_eq!((names.find("b", ""), names.find("c", "a"), names.in_vhost("c")), (None, None, &[][..]));
        let after = |before: usize| names.find_after(Some(QueueNumber::of(before)), "/", "").map(QueueNumber::place);
        assert_eq!((after(1), after(0), after(2)), (Some(2), Some(2), Some(2)));
    }

    #[test]
    fn a_shared_table_is_copied_before_it_grows() {
        let mut names = Arc::new(Names::default());
        names.number("/", "a");
        let (known, mut other) = (Arc::clone(&names), Arc::clone(&names));
        names.number("/", "a");
        assert!(Arc::ptr_eq(&names, &known));
        names.number("/", "b");
        other.number("/", "c");
        assert_eq!((known.len(), names.len(), other.len()), (1, 2, 2));
        assert!(names.extends(known.identity()) && other.extends(known.identity()));
        assert!(!names.extends(other.identity()) && !known.extends(names.identity()));
        assert!(Arc::ptr_eq(&known.union(&names), &names) && Arc::ptr_eq(&names.union(&known), &names));
        let both = names.union(&other);
        assert_eq!(both.numbers().map(|number| both.name(number)).collect::<Vec<_>>(), ["a", "b", "c"]);
        let grown = names.identity().clone();
        names.number("/", "d");
        assert!(names.extends(&grown), "it was not shared");
        drop((known, both));
        let (original, mut copy) = (names.identity().clone(), Arc::clone(&names));
        copy.number("/", "e");
        names.number("/", "f");
        assert!(copy.extends(&original) && names.extends(&original));
        assert!(!copy.extends(names.identity()) && !names.extends(copy.identity()), "they have grown apart");
    }

    #[test]
    fn many_names_are_found() {
        let mut names = Arc::new(Names::default());
        let name = |n: usize| format!("queue-{n}");
        for n in 0..5000 {
            assert_eq!(names.number(["/", "shop"][n % 2], &name(n)).place(), n);
        }
        for n in 0..5000 {
            assert_eq!(names.find(["/", "shop"][n % 2], &name(n)), Some(QueueNumber::of(n)));
            assert_eq!(names.find(["shop", "/"][n % 2], &name(n)), None);
        }
    }
}
