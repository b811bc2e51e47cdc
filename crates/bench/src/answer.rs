//! Answering a question about one queue, against looking its name up in a hash map.

use std::collections::HashMap;
use std::hint::black_box;

use leveret_core::View;
use leveret_core::catalog;
use leveret_core::snapshot::Snapshot;
use leveret_core::testing::broker;

use crate::compare::Effort;
use crate::row::Row;
use crate::world;

/// How many queues the broker has, that is, among how many the one is found.
const QUEUES: [usize; 2] = [1_000, 10_000];

pub(crate) fn rows(effort: Effort) -> Vec<Row> {
    QUEUES.into_iter().flat_map(|queues| of(queues, effort)).collect()
}

fn of(requested: usize, effort: Effort) -> Vec<Row> {
    let queues = effort.queues(requested);
    let view = View { brokers: vec![broker("main")], backlogs: Vec::new() };
    let snapshot = Snapshot::default().with("main", world::state(queues));
    let names = world::names(queues);
    let selectors: Vec<_> = names.iter().map(|name| format!("queue={name}")).collect();
    let map: HashMap<&str, u64> = names.iter().map(String::as_str).zip(0..).collect();
    let (mut name, mut selector) = (names.iter().cycle(), selectors.iter().cycle());
    let lookup = || {
        let name = name.next().expect("a cycle does not end");
        black_box(map.get(black_box(name.as_str())));
    };
    let answer = || {
        let selector = black_box(selector.next().expect("a cycle does not end"));
        let (_, items) = catalog::answer(&view, &snapshot, "rabbitmq_queue_messages_ready", selector, world::at(6));
        assert_eq!(black_box(items).map(|items| items.len()), Ok(1));
    };
    effort.compare(lookup, answer).rows(&format!("answer_{requested}_queues"), "hash_map_lookup")
}
