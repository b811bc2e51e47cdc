//! Understanding the Prometheus text of many queues, against counting its lines.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;

use leveret::parse::Endpoint;

use crate::compare::Effort;
use crate::row::Row;
use crate::world;

const QUEUES: usize = 10_000;

/// How much of a body arrives at once: a TLS record.
const PIECE_BYTES: usize = 16 << 10;

/// What RabbitMQ 4.0 writes of a queue when asked for the families that Leveret asks for: the metric's name without its
/// prefix, the label between virtual host and queue, and a number of that kind.
const METRICS: [(&str, &str, u32); 13] = [
    ("queue_messages_ready", "", 197),
    ("queue_messages_unacked", "", 2),
    ("queue_messages", "", 199),
    ("queue_process_reductions_total", "", 206_255),
    ("queue_consumers", "", 2),
    ("queue_get_ack_total", "", 0),
    ("queue_get_total", "", 0),
    ("queue_messages_delivered_ack_total", "", 19_803),
    ("queue_messages_delivered_total", "", 0),
    ("queue_messages_redelivered_total", "", 7),
    ("queue_messages_acked_total", "", 19_801),
    ("queue_get_empty_total", "", 0),
    ("queue_exchange_messages_published_total", "exchange=\"\",", 20_000),
];

pub(crate) fn rows(effort: Effort) -> Vec<Row> {
    let queues = effort.queues(QUEUES);
    let body = body(queues);
    let at = world::at(0);
    let newlines = || {
        let count = memchr::memchr_iter(b'\n', black_box(body.as_bytes())).count();
        assert!(black_box(count) > queues);
    };
    let (mut endpoint, mut names) = (Endpoint::default(), Arc::default());
    let parse = || {
        let seen = endpoint.read(black_box(body.as_bytes()).chunks(PIECE_BYTES), &names, at).expect("a node's answer");
        assert_eq!((seen.queues.len(), seen.skipped), (queues, 0));
        names = Arc::clone(black_box(&seen).queues.names());
    };
    effort.compare(newlines, parse).rows(&format!("parse_prometheus_{QUEUES}_queues"), "count_newlines")
}

/// One node's answer.
fn body(queues: usize) -> String {
    let names = world::names(queues);
    let mut body = String::new();
    for (metric, label, number) in METRICS {
        let kind = if metric.ends_with("_total") { "counter" } else { "gauge" };
        body.extend(["# TYPE rabbitmq_detailed_", metric, " ", kind, "\n"]);
        body.extend(["# HELP rabbitmq_detailed_", metric, " What it counts\n"]);
        for name in &names {
            writeln!(body, "rabbitmq_detailed_{metric}{{vhost=\"{}\",{label}queue=\"{name}\"}} {number}", world::VHOST)
                .expect("a string takes everything");
        }
    }
    body += "# TYPE rabbitmq_detailed_erlang_uptime_seconds gauge\nrabbitmq_detailed_erlang_uptime_seconds 86400.5\n";
    body += "# TYPE rabbitmq_identity_info untyped\nrabbitmq_identity_info{rabbitmq_node=\"rabbit@rabbit-0\",\
             rabbitmq_cluster=\"rabbit\"} 1\n";
    body
}
