//! The queues of one endpoint as its rows write them, remembered from read to read.
//!
//! A node writes the same queues in the same order into every block of rows and into every answer. So the row that is
//! expected next is compared first, and usually nothing has to be looked up. A name is checked once, when it is new.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use hashbrown::HashTable;

use super::exposition::{QueueLabels, unescape};
use leveret_core::observation::{Identity, Names, QueueNumber};

/// How many queues that are gone are kept in any case.
const GONE_MIN: usize = 200;

/// No row.
const NONE: u32 = u32::MAX;

/// A queue of the endpoint, by its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row(u32);

/// The blocks of rows that have their queues in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Levels, from the queues' processes.
    Levels,
    /// What the channels have delivered.
    Deliveries,
    /// What was published, by exchange.
    Publishes,
    /// What kinds of queues they are.
    Kinds,
}

/// The table of one endpoint.
#[derive(Debug, Default)]
pub(in crate::sources) struct Rows {
    /// `vhost="V",queue="Q"` of every queue, as it was written, one after another.
    text: String,
    places: Vec<Place>,
    index: HashTable<u32>,
    hasher: RandomState,
    /// By [`Order`]: which row came first, and then for each row which one came after it.
    followers: [Vec<u32>; 4],
    /// Those that no RabbitMQ that escapes names can have written.
    unescapable: Vec<Row>,
    numbers: Vec<QueueNumber>,
    /// For which table of names, and whether for names that were not escaped.
    numbered_in: Option<(Identity, bool)>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    /// Where the text ends; it begins where the one before ends.
    end: u32,
    /// How long `vhost="V"` is.
    vhost: u32,
}

impl Row {
    /// Its place in a list of all rows.
    pub(super) fn place(self) -> usize {
        self.0 as usize
    }
}

impl Rows {
    /// How many queues it has.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// All rows.
    pub(super) fn all(&self) -> impl Iterator<Item = Row> + use<> {
        (0..self.len()).filter_map(|place| u32::try_from(place).ok().map(Row))
    }

    /// The row that came after `before` the last time, or first.
    pub(super) fn expected(&self, order: Order, before: Option<Row>) -> Option<Row> {
        let next = *self.followers[order as usize].get(before.map_or(0, |before| before.place() + 1))?;
        (next != NONE).then_some(Row(next))
    }

    /// The text of a row's labels.
    pub(super) fn text(&self, row: Row) -> &str {
        let start = row.place().checked_sub(1).map_or(0, |before| self.places[before].end);
        &self.text[start as usize..self.places[row.place()].end as usize]
    }

    /// The parts of this text: `vhost="V"` and `,queue="Q"`.
    pub(super) fn parts(&self, row: Row) -> (&str, &str) {
        self.text(row).split_at(self.places[row.place()].vhost as usize)
    }

    /// The row of a queue that comes after `before` in this answer. It is added if it is not there. None if the text is not of
    /// a queue.
    pub(super) fn find_after(&mut self, order: Order, before: Option<Row>, text: &str) -> Option<Row> {
        if let Some(expected) = self.expected(order, before).filter(|expected| self.text(*expected) == text) {
            return Some(expected);
        }
        let hash = self.hasher.hash_one(text);
        let known = self.index.find(hash, |row| self.text(Row(*row)) == text).copied().map(Row);
        let row = if let Some(row) = known { row } else { self.add(text, hash)? };
        let (followers, place) = (&mut self.followers[order as usize], before.map_or(0, |before| before.place() + 1));
        if place >= followers.len() {
            followers.resize(place + 1, NONE);
        }
        followers[place] = row.0;
        Some(row)
    }

    /// Whether a row that was seen shows that the broker does not escape names.
    pub(super) fn any_unescapable(&self, seen: impl Fn(Row) -> bool) -> bool {
        self.unescapable.iter().any(|row| seen(*row))
    }

    /// Forgets all rows, if most of them are of queues that are gone.
    pub(super) fn forget(&mut self, seen: usize) {
        if self.len() > seen + seen / 2 + GONE_MIN {
            *self = Self::default();
        }
    }

    /// The number of every row's queue in a table of names.
    pub(super) fn numbers(&mut self, names: &mut Arc<Names>, unescaped: bool) -> &[QueueNumber] {
        let known = self.numbered_in.take();
        if known.is_none_or(|(identity, was)| was != unescaped || !names.extends(&identity)) {
            self.numbers.clear();
        }
        for row in self.all().skip(self.numbers.len()) {
            let (vhost, queue) = self.parts(row);
            let value = |part: &'_ str, label: &str| {
                let written = part.strip_prefix(label).and_then(|part| part.strip_suffix('"')).unwrap_or_default();
                if unescaped { written.to_owned() } else { unescape(written).into_owned() }
            };
            let number = names.number(&value(vhost, "vhost=\""), &value(queue, ",queue=\""));
            self.numbers.push(number);
        }
        self.numbered_in = Some((names.identity().clone(), unescaped));
        &self.numbers
    }

    fn add(&mut self, text: &str, hash: u64) -> Option<Row> {
        let labels = QueueLabels::of_queue(text)?;
        let row = Row(u32::try_from(self.places.len()).ok()?);
        let end = u32::try_from(self.text.len() + text.len()).ok()?;
        let vhost = u32::try_from("vhost=\"\"".len() + labels.vhost.len()).ok()?;
        if !labels.may_be_escaped() {
            self.unescapable.push(row);
        }
        self.text.push_str(text);
        self.places.push(Place { end, vhost });
        let (hasher, places, all) = (&self.hasher, &self.places, &self.text);
        self.index.insert_unique(hash, row.0, |row| {
            let place = *row as usize;
            let start = place.checked_sub(1).map_or(0, |before| places[before].end);
            hasher.hash_one(&all[start as usize..places[place].end as usize])
        });
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places of rows that come in this order.
    fn read(rows: &mut Rows, order: Order, queues: &[&str]) -> Vec<usize> {
        let (mut before, mut places) = (None, Vec::new());
        for queue in queues {
            before = rows.find_after(order, before, &format!("vhost=\"/\",queue=\"{queue}\""));
            places.push(before.expect("of a queue").place());
        }
        places
    }

    fn expected<'a>(rows: &'a Rows, order: Order) -> Vec<&'a str> {
        let mut next = rows.expected(order, None);
        let mut all: Vec<&'a str> = Vec::new();
        while let Some(row) = next {
            all.push(rows.parts(row).1);
            next = rows.expected(order, next);
        }
        all
    }

    #[test]
    fn each_kind_of_block_has_its_own_order() {
        let mut rows = Rows::default();
        assert_eq!(read(&mut rows, Order::Levels, &["a", "b", "c"]), [0, 1, 2]);
        assert_eq!(read(&mut rows, Order::Deliveries, &["c", "a"]), [2, 0]);
        assert_eq!(expected(&rows, Order::Levels), [",queue=\"a\"", ",queue=\"b\"", ",queue=\"c\""]);
        assert_eq!(expected(&rows, Order::Deliveries), [",queue=\"c\"", ",queue=\"a\""]);
        assert_eq!(read(&mut rows, Order::Levels, &["a", "new", "b", "c"]), [0, 3, 1, 2]);
        assert_eq!(expected(&rows, Order::Levels).len(), 4);
        assert_eq!(rows.find_after(Order::Levels, None, "vhost=\"/\""), None);
    }

    #[test]
    fn numbers_follow_the_table_of_names() {
        let (mut rows, mut names) = (Rows::default(), Arc::new(Names::default()));
        names.number("/", "other");
        read(&mut rows, Order::Levels, &["a", "b\\\\"]);
        let shown = |rows: &mut Rows, names: &mut Arc<Names>, unescaped| {
            let numbers = rows.numbers(names, unescaped).to_vec();
            numbers.into_iter().map(|number| names.name(number).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(shown(&mut rows, &mut names, false), ["a", "b\\"]);
        assert_eq!(shown(&mut rows, &mut names, true), ["a", "b\\\\"]);
        read(&mut rows, Order::Levels, &["c"]);
        let published = Arc::clone(&names);
        assert_eq!(shown(&mut rows, &mut names, true), ["a", "b\\\\", "c"]);
        assert!(published.len() == 4 && names.len() == 5);
        let mut foreign = Arc::new(Names::default());
        assert_eq!(shown(&mut rows, &mut foreign, true), ["a", "b\\\\", "c"]);
    }

    #[test]
    fn rows_of_queues_that_are_gone_are_forgotten() {
        let mut rows = Rows::default();
        for n in 0..300 {
            read(&mut rows, Order::Levels, &[&n.to_string()]);
        }
        rows.forget(100);
        assert_eq!(rows.len(), 300);
        rows.forget(60);
        assert_eq!(rows.len(), 0);
    }
}
