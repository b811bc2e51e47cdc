//! Answering a question about one queue, against looking its name up in a hash map.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use leveret::catalog;
use leveret::config::{BrokerConfig, Config, TlsFiles};
use leveret::snapshot::Snapshot;

use crate::compare::Effort;
use crate::row::Row;
use crate::world;

/// How many queues the broker has, that is, among how many the one is found.
const QUEUES: [usize; 2] = [1_000, 10_000];

pub(crate) fn rows(effort: Effort) -> Vec<Row> {
    QUEUES.into_iter().flat_map(|queues| of(queues, effort)).collect()
}

fn of(told: usize, effort: Effort) -> Vec<Row> {
    let queues = effort.queues(told);
    let config = Config { brokers: vec![broker()], backlogs: Vec::new() };
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
        let (_, items) = catalog::answer(&config, &snapshot, "rabbitmq_queue_messages_ready", selector, world::at(6));
        assert_eq!(black_box(items).map(|items| items.len()), Ok(1));
    };
    effort.compare(lookup, answer).rows(&format!("answer_{told}_queues"), "hash_map_lookup")
}

fn broker() -> Arc<BrokerConfig> {
    Arc::new(BrokerConfig {
        name: "main".into(),
        management: None,
        prometheus: None,
        credentials: None,
        tls: TlsFiles::default(),
        default_vhost: world::VHOST.into(),
        poll_interval: Duration::from_secs(5),
        timeout: Duration::from_secs(4),
        max_sample_age: Duration::from_secs(30),
    })
}
