//! A map keyed by virtual host and queue name that is looked up without allocating.
//!
//! The values are in one list, in the order of the numbers that a table of names gives the queues, and the table is shared
//! with other maps.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Names, QueueId, QueueNumber};

/// Values by virtual host and queue name.
#[derive(Clone, Debug)]
pub struct QueueMap<T> {
    names: Arc<Names>,
    /// By number; the last ones are left out if they have no value.
    values: Vec<Option<T>>,
    len: usize,
}

impl<T> QueueMap<T> {
    /// An empty map with names of its own.
    pub fn new() -> Self {
        Self::with_names(Arc::default())
    }

    /// An empty map of queues that are likely to have these names.
    pub fn with_names(names: Arc<Names>) -> Self {
        Self { values: Vec::with_capacity(names.len()), names, len: 0 }
    }

    /// The names of the queues, and perhaps more.
    pub fn names(&self) -> &Arc<Names> {
        &self.names
    }

    /// How many queues it holds.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value of one queue.
    pub fn get(&self, vhost: &str, name: &str) -> Option<&T> {
        self.at(self.names.find(vhost, name)?)
    }

    /// The value of one queue, to change it.
    pub fn get_mut(&mut self, vhost: &str, name: &str) -> Option<&mut T> {
        let number = self.names.find(vhost, name)?;
        self.values.get_mut(number.place())?.as_mut()
    }

    /// The value of the queue with this number.
    pub fn at(&self, number: QueueNumber) -> Option<&T> {
        self.values.get(number.place())?.as_ref()
    }

    /// The value of the queue that has `number` in another table of names.
    pub fn of(&self, names: &Names, number: QueueNumber) -> Option<&T> {
        if self.agrees_with(names) { self.at(number) } else { self.get(names.vhost(number), names.name(number)) }
    }

    /// Whether a queue that is in both tables of names has the same number in both.
    fn agrees_with(&self, names: &Names) -> bool {
        self.names.extends(names.identity()) || names.extends(self.names.identity())
    }

    /// Sets the value of the queue with this number in this map's table of names.
    pub fn set(&mut self, number: QueueNumber, value: T) {
        let place = number.place();
        if place >= self.values.len() {
            self.values.resize_with(place + 1, || None);
        }
        if self.values[place].replace(value).is_none() {
            self.len += 1;
        }
    }

    /// Sets the value of a queue that is likely to come after `before`, and gives its number.
    pub fn insert_after(&mut self, before: Option<QueueNumber>, vhost: &str, name: &str, value: T) -> QueueNumber {
        let known = self.names.find_after(before, vhost, name);
        let number = known.unwrap_or_else(|| self.names.number(vhost, name));
        self.set(number, value);
        number
    }

    /// Sets the value of one queue.
    pub fn insert(&mut self, vhost: &str, name: &str, value: T) {
        let number = self.names.number(vhost, name);
        self.set(number, value);
    }

    /// Lets `each` change or set the value of every queue of another map, and adds the other map's names to this one's.
    pub fn merge<U>(&mut self, other: &QueueMap<U>, mut each: impl FnMut(&mut Option<T>, &U)) {
        self.names = self.names.union(&other.names);
        let agrees = self.agrees_with(&other.names);
        for (number, value) in other.iter_numbered() {
            let (vhost, name) = (other.names.vhost(number), other.names.name(number));
            let place = if agrees { number } else { self.names.number(vhost, name) }.place();
            if place >= self.values.len() {
                self.values.resize_with(place + 1, || None);
            }
            let slot = &mut self.values[place];
            let before = slot.is_some();
            each(slot, value);
            self.len = self.len + usize::from(slot.is_some()) - usize::from(before);
        }
    }

    /// Replaces the table of names by one that has only this map's queues.
    pub fn forget_names(&mut self) {
        let (names, values) = (std::mem::take(&mut self.names), std::mem::take(&mut self.values));
        self.len = 0;
        for (number, value) in names.numbers().zip(values) {
            if let Some(value) = value {
                self.insert(names.vhost(number), names.name(number), value);
            }
        }
    }

    /// The same map by the numbers of another table of names, which has at least its queues.
    pub fn renumbered(&self, names: &Arc<Names>) -> Cow<'_, Self>
    where
        T: Clone,
    {
        if self.agrees_with(names) {
            return Cow::Borrowed(self);
        }
        let mut map = Self::with_names(Arc::clone(names));
        for (vhost, name, value) in self.iter() {
            map.insert(vhost, name, value.clone());
        }
        Cow::Owned(map)
    }

    /// The same queues with other values, without those for which `value` has none.
    pub fn filter_map<U>(self, mut value: impl FnMut(T) -> Option<U>) -> QueueMap<U> {
        let values: Vec<_> = self.values.into_iter().map(|queue| queue.and_then(&mut value)).collect();
        let len = values.iter().flatten().count();
        QueueMap { names: self.names, values, len }
    }

    /// Whether any queue of a virtual host is known.
    pub fn has_vhost(&self, vhost: &str) -> bool {
        self.has_any(self.names.in_vhost(vhost))
    }

    /// The virtual hosts of which a queue is known, in no particular order.
    pub fn vhosts(&self) -> impl Iterator<Item = &str> {
        self.names.vhosts().filter(|(_, queues)| self.has_any(queues)).map(|(vhost, _)| vhost)
    }

    fn has_any(&self, numbers: &[QueueNumber]) -> bool {
        numbers.iter().any(|number| self.at(*number).is_some())
    }

    /// The queues of one virtual host, in no particular order.
    pub fn in_vhost(&self, vhost: &str) -> impl Iterator<Item = (&str, &T)> {
        self.names.in_vhost(vhost).iter().filter_map(|number| Some((self.names.name(*number), self.at(*number)?)))
    }

    /// Keeps the queues that `keep` says to keep, and lets it change them.
    pub fn retain(&mut self, mut keep: impl FnMut(&Names, QueueNumber, &mut T) -> bool) {
        for (number, slot) in self.names.numbers().zip(&mut self.values) {
            if slot.as_mut().is_some_and(|value| !keep(&self.names, number, value)) {
                *slot = None;
                self.len -= 1;
            }
        }
    }

    /// All values, to change them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.values.iter_mut().flatten()
    }

    /// All queues as (virtual host, name, value), in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &T)> {
        self.iter_numbered().map(|(number, value)| (self.names.vhost(number), self.names.name(number), value))
    }

    /// All queues by number, in order.
    pub fn iter_numbered(&self) -> impl Iterator<Item = (QueueNumber, &T)> {
        self.names.numbers().zip(&self.values).filter_map(|(number, value)| Some((number, value.as_ref()?)))
    }
}

impl<T> Default for QueueMap<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: PartialEq> PartialEq for QueueMap<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len
            && self.iter_numbered().all(|(number, value)| other.of(&self.names, number) == Some(value))
    }
}

impl<T> FromIterator<(QueueId, T)> for QueueMap<T> {
    fn from_iter<I: IntoIterator<Item = (QueueId, T)>>(items: I) -> Self {
        let mut map = Self::new();
        items.into_iter().for_each(|(id, value)| map.insert(&id.vhost, &id.name, value));
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(queues: &[(&str, &str, u32)]) -> QueueMap<u32> {
        queues.iter().map(|(vhost, name, value)| (QueueId::new(*vhost, *name), *value)).collect()
    }

    #[test]
    fn equal_names_in_two_virtual_hosts_are_two_queues() {
        let mut map = map(&[("/", "a", 1), ("b", "a", 2), ("/", "a", 3)]);
        assert_eq!((map.len(), map.get("/", "a"), map.get("b", "a")), (2, Some(&3), Some(&2)));
        map.insert("b", "new", 5);
        assert_eq!((map.len(), map.get("b", "new")), (3, Some(&5)));
        assert_eq!(map.in_vhost("b").count(), 2);
        assert!(!map.has_vhost("c"));
        assert_eq!(map.vhosts().collect::<Vec<_>>(), ["/", "b"]);
        let large = map.filter_map(|number| (number > 2).then_some(f64::from(number)));
        assert_eq!((large.len(), large.get("b", "new"), large.get("b", "a")), (2, Some(&5.0), None));
    }

    #[test]
    fn maps_with_other_numbers_for_the_same_names_are_compared_by_name() {
        let (one, other) = (map(&[("/", "a", 1), ("/", "b", 2)]), map(&[("/", "b", 2), ("/", "a", 1)]));
        assert_eq!(one, other);
        let number = one.names().find("/", "b").expect("a name");
        assert_eq!(other.of(one.names(), number), Some(&2));
        assert_ne!(one, map(&[("/", "b", 2), ("/", "a", 3)]));
        assert_ne!(one, map(&[("/", "b", 2), ("/", "c", 1)]));
    }

    #[test]
    fn a_map_takes_the_names_of_a_later_read() {
        let mut states = map(&[("/", "a", 1)]);
        let mut read = QueueMap::with_names(Arc::clone(states.names()));
        read.insert("/", "b", 7);
        let add = |slot: &mut Option<u32>, value: &u32| *slot = Some(slot.unwrap_or(0) + value);
        states.merge(&read, add);
        assert!(Arc::ptr_eq(states.names(), read.names()));
        assert_eq!((states.len(), states.get("/", "b")), (2, Some(&7)));
        let foreign = map(&[("/", "c", 1), ("/", "a", 4)]);
        states.merge(&foreign, add);
        assert_eq!(states, map(&[("/", "a", 5), ("/", "b", 7), ("/", "c", 1)]));
    }

    #[test]
    fn names_of_queues_that_are_gone_are_forgotten() {
        let mut map = map(&[("/", "a", 1), ("b", "b", 2), ("/", "c", 3)]);
        map.retain(|_, _, value| *value != 2);
        assert_eq!((map.len(), map.names().len(), map.has_vhost("b")), (2, 3, false));
        map.forget_names();
        assert_eq!((map.len(), map.names().len(), map.get("/", "c")), (2, 2, Some(&3)));
        assert_eq!(map.iter().collect::<Vec<_>>(), [("/", "a", &1), ("/", "c", &3)]);
    }
}
