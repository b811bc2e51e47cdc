//! A map keyed by virtual host and queue name that is looked up without allocating.

use std::collections::HashMap;

use super::QueueId;

/// Values by virtual host and queue name.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueMap<T> {
    vhosts: HashMap<Box<str>, HashMap<Box<str>, T>>,
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

    /// The value of one queue, made by `default` if there was none. Allocates only then.
    pub fn entry(&mut self, vhost: &str, name: &str, default: impl FnOnce() -> T) -> &mut T {
        if !self.vhosts.contains_key(vhost) {
            self.vhosts.insert(vhost.into(), HashMap::new());
        }
        let queues = self.vhosts.get_mut(vhost).expect("inserted just above");
        if !queues.contains_key(name) {
            queues.insert(name.into(), default());
            self.len += 1;
        }
        queues.get_mut(name).expect("inserted just above")
    }

    /// Sets the value of one queue.
    pub fn insert(&mut self, id: QueueId, value: T) {
        if self.vhosts.entry(id.vhost).or_default().insert(id.name, value).is_none() {
            self.len += 1;
        }
    }

    /// Whether any queue of a virtual host is known.
    pub fn has_vhost(&self, vhost: &str) -> bool {
        self.vhosts.get(vhost).is_some_and(|queues| !queues.is_empty())
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
        self.vhosts.iter().flat_map(|(vhost, queues)| queues.iter().map(|(name, value)| (&**vhost, &**name, value)))
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
        *map.entry("b", "new", || 4) += 1;
        assert_eq!((map.len(), map.get("b", "new")), (3, Some(&5)));
        assert_eq!(map.in_vhost("b").count(), 2);
        assert!(!map.has_vhost("c"));
    }
}
