//! `/metrics/detailed` of a node, as RabbitMQ 4.0 writes it.

use std::fmt::Write as _;
use std::time::Instant;

use super::items;
use crate::model::{Kind, Model, Queue};

/// The levels, in the order of [`Levels::all`](crate::model::Levels::all).
const LEVELS: [&str; 4] = ["queue_messages_ready", "queue_messages_unacked", "queue_messages", "queue_consumers"];

/// A counter of a queue.
type Count = fn(&Queue) -> u64;

/// What stands in place of an uptime.
const UPTIMES: [&str; 8] = ["18446744073709549568", "NaN", "1e308", "-5", "0", "+Inf", "18446744073709551616", "0.5"];

/// The answer of one node.
pub(super) fn body(model: &mut Model, node: usize, now: Instant) -> Vec<u8> {
    let mut text = String::new();
    let is_running = !model.nodes[node].has_stopped_vhost(now);
    let shown = |queue: &Queue| queue.shown_by(node, now).filter(|_| is_running);
    for (level, name) in LEVELS.into_iter().enumerate() {
        family(&mut text, name, "gauge");
        for queue in &model.queues {
            if let Some(levels) = shown(queue) {
                let lie = queue.lie(now).filter(|lie| lie.level == level);
                let number = levels.all()[level].to_string();
                let number = lie.map_or(number.as_str(), |lie| items::LIES[lie.text % items::LIES.len()]);
                row(&mut text, name, &queue.name, number);
            }
        }
    }
    family(&mut text, "queue_process_reductions_total", "counter");
    for queue in model.queues.iter().filter(|queue| shown(queue).is_some()) {
        row(&mut text, "queue_process_reductions_total", &queue.name, &queue.work_shown_by(node).to_string());
    }
    counters(&mut text, model, node, now);
    let mut body = text.into_bytes();
    if model.undecodable_until.is_some_and(|until| now < until) {
        body.extend_from_slice(b"rabbitmq_detailed_queue_messages{vhost=\"/\",queue=\"a\xed\xa0\x80b\"} 5\n");
    }
    if model.broken_until.is_some_and(|until| now < until) {
        body.extend_from_slice(items::LINES.as_bytes());
    }
    body.extend_from_slice(about_node(model, node, now).as_bytes());
    model.nodes[node].scrapes += 1;
    body
}

/// The counters of the clients that are connected to a node; a queue without traffic has none.
fn counters(text: &mut String, model: &Model, node: usize, now: Instant) {
    let dips = model.dips_until.is_some_and(|until| now < until);
    let shown = |count: u64| if dips { count / 5 * 2 } else { count };
    let families: [(&str, Count); 3] = [
        ("queue_messages_delivered_ack_total", |queue| queue.done),
        ("queue_messages_acked_total", |queue| queue.done),
        ("queue_messages_redelivered_total", |_| 0),
    ];
    let counted = |count: Count| {
        let all = model.queues.iter().filter(move |queue| queue.clients == node && queue.kind != Kind::Stream);
        all.filter(|queue| queue.truth.now().is_some())
            .map(move |queue| (queue, count(queue)))
            .filter(|(_, count)| *count > 0)
    };
    for (name, count) in families {
        family(text, name, "counter");
        counted(count).for_each(|(queue, count)| row(text, name, &queue.name, &shown(count).to_string()));
    }
    let name = "queue_exchange_messages_published_total";
    family(text, name, "counter");
    for (queue, count) in counted(|queue| queue.published) {
        let count = shown(count);
        let _ =
            writeln!(text, "rabbitmq_detailed_{name}{{vhost=\"/\",exchange=\"\",queue=\"{}\"}} {count}", queue.name);
    }
}

/// What is about the node and not about its queues.
fn about_node(model: &Model, node: usize, now: Instant) -> String {
    let it = &model.nodes[node];
    let uptime = match it.uptime_lie {
        Some((until, which)) if now < until => UPTIMES[which % UPTIMES.len()].to_owned(),
        _ => format!("{:.3}", it.uptime(now).as_secs_f64()),
    };
    let (name, broker) = (&it.name, model.setup.name);
    let vhost = u8::from(!it.has_stopped_vhost(now));
    let mut text = format!(
        "# TYPE rabbitmq_detailed_erlang_uptime_seconds gauge\n\
         rabbitmq_detailed_erlang_uptime_seconds {uptime}\n\
         # TYPE rabbitmq_cluster_vhost_status gauge\n\
         rabbitmq_cluster_vhost_status{{vhost=\"/\"}} {vhost}\n\
         # TYPE rabbitmq_identity_info untyped\n\
         rabbitmq_identity_info{{rabbitmq_node=\"{name}\",rabbitmq_cluster=\"{broker}\",\
         rabbitmq_cluster_permanent_id=\"rabbitmq-cluster-id-{broker}\"}} 1\n\
         # TYPE telemetry_scrape_duration_seconds summary\n"
    );
    // The row is absent from the first answer after a start.
    if it.scrapes > 0 {
        let _ = writeln!(
            text,
            "telemetry_scrape_duration_seconds_count{{registry=\"detailed\",content_type=\"text/plain; version=0.0.4\"}} {}",
            it.scrapes
        );
    }
    text
}

fn family(text: &mut String, name: &str, kind: &str) {
    let _ =
        writeln!(text, "# TYPE rabbitmq_detailed_{name} {kind}\n# HELP rabbitmq_detailed_{name} As RabbitMQ counts it");
}

fn row(text: &mut String, name: &str, queue: &str, number: &str) {
    let _ = writeln!(text, "rabbitmq_detailed_{name}{{vhost=\"/\",queue=\"{queue}\"}} {number}");
}
