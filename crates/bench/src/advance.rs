//! Advancing what is known about a broker by one observation, against copying what is known.

use std::hint::black_box;

use leveret_core::snapshot::Queues;

use crate::compare::Effort;
use crate::row::Row;
use crate::world;

const QUEUES: usize = 100_000;

pub(crate) fn rows(effort: Effort) -> Vec<Row> {
    let queues = effort.queues(QUEUES);
    let state = world::state(queues);
    let observation = world::observation(queues, state.queues.names(), 10);
    let copy = || drop(black_box(Queues::clone(&black_box(&state).queues)));
    let advance = || {
        let after = black_box(&state).advance(black_box(&observation));
        assert!(black_box(after).hold().is_none());
    };
    effort.compare(copy, advance).rows(&format!("advance_{QUEUES}_queues"), "clone_of_the_map")
}
