//! Understanding the management API's list of many queues, against two ways of letting the JSON library read the same
//! bytes: into borrowed structures of the same fields, and into nothing.

use std::hint::black_box;
use std::sync::Arc;

use leveret::parse;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::compare::Effort;
use crate::row::Row;
use crate::world;

const QUEUES: usize = 10_000;

/// The fields that Leveret asks for, as a broker that leaves none out would give them.
#[derive(Deserialize)]
#[expect(dead_code, reason = "a floor reads the fields and does nothing with them")]
struct Item<'a> {
    name: &'a str,
    vhost: &'a str,
    state: &'a str,
    messages: u64,
    messages_ready: u64,
    messages_unacknowledged: u64,
    consumers: u64,
    message_stats: Stats,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "a floor reads the fields and does nothing with them")]
struct Stats {
    publish: u64,
    deliver_get: u64,
    ack: u64,
    redeliver: u64,
}

pub(crate) fn rows(effort: Effort) -> Vec<Row> {
    let queues = effort.queues(QUEUES);
    let body = body(queues);
    let body = body.as_bytes();
    let name = format!("parse_management_{QUEUES}_queues");
    let parse = || {
        let list = parse::management(black_box(body), &Arc::default()).expect("the body is a list");
        assert_eq!(black_box(list).len(), queues);
    };
    let borrow = || {
        let items: Vec<Item<'_>> = serde_json::from_slice(black_box(body)).expect("the body is such a list");
        assert_eq!(black_box(items).len(), queues);
    };
    let ignore = || {
        let ignored: serde_json::Result<IgnoredAny> = serde_json::from_slice(black_box(body));
        assert!(black_box(ignored).is_ok());
    };
    let against_borrow = effort.compare(borrow, parse).rows(&name, "borrowed_structs");
    let against_ignore = effort.compare(ignore, parse).rows(&name, "ignored_json");
    // The time of the parser itself is in the first of the two.
    let others = against_ignore.into_iter().filter(|row| row.name != name);
    against_borrow.into_iter().chain(others).collect()
}

/// The answer to a request with the columns that Leveret asks for.
fn body(queues: usize) -> String {
    let item = |name| {
        json!({
            "consumers": 2,
            "message_stats": {"ack": 19_801, "deliver_get": 19_803, "publish": 20_000, "redeliver": 7},
            "messages": 199,
            "messages_ready": 197,
            "messages_unacknowledged": 2,
            "name": name,
            "state": "running",
            "vhost": world::VHOST,
        })
    };
    world::names(queues).into_iter().map(item).collect::<Value>().to_string()
}
