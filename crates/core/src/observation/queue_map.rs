//! A map keyed by virtual host and queue name that is looked up without allocating.
//!
//! The names are shared: a map that is made from another one, or a copy of it, has the same names in memory.

use std::collections::HashMap;
use std::sync::Arc;

use super::QueueId;

/// Values by virtual host and queue name.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueMap<T> {
    vhosts: HashMap<Arc<str>, HashMap<Arc<str>, T>>,
    len: usize,
}

impl<T> QueueMap<T> {
    /// An empty map.
    pub fn new() -> Self {
        Self { vhosts: HashMap::new(), len: 0 }
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
        self.vhosts.get(vhost)?.get(name)
    }

    /// The value of one queue, to change it.
    pub fn get_mut(&mut self, vhost: &str, name: &str) -> Option<&mut T> {
        self.vhosts.get_mut(vhost)?.get_mut(name)
    }

    /// The value of one queue, made by `default` if there was none.
    pub fn entry(&mut self, vhost: &Arc<str>, name: &Arc<str>, default: impl FnOnce() -> T) -> &mut T {
        let len = &mut self.len;
        self.vhosts.entry(Arc::clone(vhost)).or_default().entry(Arc::clone(name)).or_insert_with(|| {
            *len += 1;
            default()
        })
    }

    /// Sets the value of one queue.
    pub fn insert(&mut self, id: QueueId, value: T) {
        let vhost = match self.vhosts.get_key_value(&*id.vhost) {
            Some((vhost, _)) => Arc::clone(vhost),
            None => id.vhost.into(),
        };
        if self.vhosts.entry(vhost).or_default().insert(id.name.into(), value).is_none() {
            self.len += 1;
        }
    }

    /// The same queues with other values, without those for which `value` has none.
    pub fn filter_map<U>(self, mut value: impl FnMut(T) -> Option<U>) -> QueueMap<U> {
        let mut map = QueueMap::new();
        for (vhost, queues) in self.vhosts {
            let queues: HashMap<_, _> =
                queues.into_iter().filter_map(|(name, queue)| Some((name, value(queue)?))).collect();
            if !queues.is_empty() {
                map.len += queues.len();
                map.vhosts.insert(vhost, queues);
            }
        }
        map
    }

    /// Whether any queue of a virtual host is known.
    pub fn has_vhost(&self, vhost: &str) -> bool {
        self.vhosts.get(vhost).is_some_and(|queues| !queues.is_empty())
    }

    /// The virtual hosts of which a queue is known, in no particular order.
    pub fn vhosts(&self) -> impl Iterator<Item = &str> {
        self.vhosts.iter().filter(|(_, queues)| !queues.is_empty()).map(|(vhost, _)| &**vhost)
    }

    /// The queues of one virtual host, in no particular order.
    pub fn in_vhost(&self, vhost: &str) -> impl Iterator<Item = (&str, &T)> {
        self.vhosts.get(vhost).into_iter().flatten().map(|(name, value)| (&**name, value))
    }

    /// Keeps the queues that `keep` says to keep, and lets it change them.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &str, &mut T) -> bool) {
        for (vhost, queues) in &mut self.vhosts {
            queues.retain(|name, value| keep(vhost, name, value));
        }
        self.vhosts.retain(|_, queues| !queues.is_empty());
        self.len = self.vhosts.values().map(HashMap::len).sum();
    }

    /// All queues as (virtual host, name, value), in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &T)> {
        self.iter_shared().map(|(vhost, name, value)| (&**vhost, &**name, value))
    }

    /// The same with names that can be shared with another map.
    pub fn iter_shared(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<str>, &T)> {
        self.vhosts.iter().flat_map(|(vhost, queues)| queues.iter().map(move |(name, value)| (vhost, name, value)))
    }
}

impl<T> Default for QueueMap<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> FromIterator<(QueueId, T)> for QueueMap<T> {
    fn from_iter<I: IntoIterator<Item = (QueueId, T)>>(items: I) -> Self {
        let mut map = Self::new();
        items.into_iter().for_each(|(id, value)| map.insert(id, value));
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_in_two_virtual_hosts_are_two_queues() {
        let mut map: QueueMap<u32> =
            [(QueueId::new("/", "a"), 1), (QueueId::new("b", "a"), 2), (QueueId::new("/", "a"), 3)]
                .into_iter()
                .collect();
        assert_eq!((map.len(), map.get("/", "a"), map.get("b", "a")), (2, Some(&3), Some(&2)));
        let new = [Arc::from("b"), Arc::from("new")];
        *map.entry(&new[0], &new[1], || 4) += 1;
        assert_eq!((map.len(), map.get("b", "new")), (3, Some(&5)));
        assert_eq!(map.in_vhost("b").count(), 2);
        assert!(!map.has_vhost("c"));
        let mut vhosts: Vec<_> = map.vhosts().collect();
        vhosts.sort_unstable();
        assert_eq!(vhosts, ["/", "b"]);
        let large = map.filter_map(|number| (number > 2).then_some(f64::from(number)));
        assert_eq!((large.len(), large.get("b", "new"), large.get("b", "a")), (2, Some(&5.0), None));
    }

    #[test]
    fn a_copy_shares_its_names() {
        let map: QueueMap<u32> = [(QueueId::new("/", "a"), 1)].into_iter().collect();
        let copy = map.clone().filter_map(|number| Some(number + 1));
        let name = |(_, name, _): (&Arc<str>, &Arc<str>, &u32)| Arc::as_ptr(name);
        assert_eq!(map.iter_shared().next().map(name), copy.iter_shared().next().map(name));
    }
}
