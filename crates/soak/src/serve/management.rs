//! The management API of a broker's first node, which asks the others.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::items;
use super::reply::Request;
use crate::model::{Form, Kind, Model, Queue};

/// How long a list lacks a queue after the start of its node.
const INCOMPLETE: Duration = Duration::from_millis(400);

/// How long a virtual host takes to start after its node.
const VHOST_STARTS_IN: Duration = Duration::from_millis(800);

/// The answer to a path below `/api`; none if there is none.
pub(super) fn body(model: &Model, path: &[&str], request: &Request, now: Instant) -> Option<String> {
    let is_forbidden = model.forbidden_until.is_some_and(|until| now < until);
    match path {
        // Without a permission the lists are empty, and the rest is answered by the reply.
        ["vhosts"] if is_forbidden && model.setup.tag == Some("management") => Some("[]".to_owned()),
        ["queues"] if is_forbidden => Some("[]".to_owned()),
        ["whoami"] => Some(format!(r#"{{"name":"soak","tags":["{}"]}}"#, model.setup.tag?)),
        ["nodes"] => Some(nodes(model, now)),
        ["vhosts"] => Some(vhosts(model, now)),
        ["queues"] => Some(list(model, |_| true, model.broken_until.is_some_and(|until| now < until), now)),
        ["queues", "/"] if request.page => {
            let name = request.name.as_deref().unwrap_or_default();
            let items = list(model, |queue| queue.name.contains(name), false, now);
            let count = items.matches("\"vhost\"").count();
            Some(format!(r#"{{"filtered_count":{count},"item_count":{count},"items":{items},"page":1}}"#))
        }
        ["queues", "/", name] => {
            let queue = listed(model, now).find(|queue| queue.name == *name)?;
            // RabbitMQ 3.10 answers 404 for a classic queue whose node is down, while the list has it.
            let is_lost = queue.kind == Kind::Classic && !model.nodes[queue.node].is_up();
            (!is_lost).then(|| item(model, queue, now))
        }
        _ => None,
    }
}

fn nodes(model: &Model, now: Instant) -> String {
    let all = model.nodes.iter().map(|node| {
        let name = &node.name;
        if !node.is_up() {
            return format!(r#"{{"name":"{name}","running":false}}"#);
        }
        let uptime = match (node.uptime_lie, node.told_uptime(now)) {
            (Some((until, which)), _) if now < until => {
                let lie = [u64::MAX, 0, 1, i64::MAX as u64, 1 << 53][which % 5];
                format!(r#","uptime":{lie},"partitions":[]"#)
            }
            (_, Some(uptime)) => format!(r#","uptime":{},"partitions":[]"#, uptime.as_millis()),
            (_, None) => String::new(),
        };
        format!(r#"{{"name":"{name}","running":true{uptime}}}"#)
    });
    format!("[{}]", all.collect::<Vec<_>>().join(","))
}

fn vhosts(model: &Model, now: Instant) -> String {
    let running = model.nodes.iter().filter(|node| node.is_up()).map(|node| {
        let is_ready = now >= node.answers_since + VHOST_STARTS_IN && !node.has_stopped_vhost(now);
        format!(r#""{}":"{}""#, node.name, if is_ready { "running" } else { "stopped" })
    });
    format!(r#"[{{"name":"/","cluster_state":{{{}}}}}]"#, running.collect::<Vec<_>>().join(","))
}

/// The queues that a list has. One of them is absent from it just after the start of its node.
fn listed(model: &Model, now: Instant) -> impl Iterator<Item = &Queue> {
    let is_late =
        move |queue: &Queue| queue.mark.is_multiple_of(26) && now < model.nodes[queue.node].answers_since + INCOMPLETE;
    model.queues.iter().filter(move |queue| queue.truth.now().is_some() && !is_late(queue))
}

fn list(model: &Model, which: impl Fn(&Queue) -> bool, broken: bool, now: Instant) -> String {
    let queues = listed(model, now).filter(|queue| which(queue));
    let mut items: Vec<_> = queues.map(|queue| item(model, queue, now)).collect();
    if broken {
        items.insert(items.len() / 2, items::ITEMS.to_owned());
    }
    format!("[{}]", items.join(","))
}

fn item(model: &Model, queue: &Queue, now: Instant) -> String {
    let node = &model.nodes[queue.node];
    let kind = match queue.kind {
        Kind::Classic => "classic",
        Kind::Quorum => "quorum",
        Kind::Stream => "stream",
    };
    let state = match (node.is_up(), node.has_stopped_vhost(now)) {
        (false, _) => "down",
        (true, true) => "stopped",
        (true, false) => "running",
    };
    let mut text =
        format!(r#"{{"name":"{}","vhost":"/","type":"{kind}","state":"{state}","node":"{}""#, queue.name, node.name);
    if queue.kind != Kind::Classic {
        let names = |up: bool| {
            let nodes = model.nodes.iter().filter(|node| !up || node.is_up());
            nodes.map(|node| format!("\"{}\"", node.name)).collect::<Vec<_>>().join(",")
        };
        let _ = write!(text, r#","leader":"{}","members":[{}],"online":[{}]"#, node.name, names(false), names(true));
    }
    levels(&mut text, model, queue, now);
    text.push('}');
    text
}

fn levels(text: &mut String, model: &Model, queue: &Queue, now: Instant) {
    let Some(levels) = queue.truth.now() else { return };
    let node = &model.nodes[queue.node];
    // A node that stops shows no messages of the queues that it leads, before another one leads them.
    let stops = node.stops.is_some() && queue.kind == Kind::Quorum;
    let form = queue.election.and_then(|election| election.form(now)).or(stops.then_some(Form::ZeroWithoutConsumers));
    let is_counted = node.is_up() && form.is_none();
    let numbers = match form {
        _ if !node.is_up() || node.has_stopped_vhost(now) => return,
        Some(Form::Absent) => return,
        Some(Form::Zero | Form::ZeroWithoutConsumers) => [0; 4],
        None => levels.all(),
    };
    let names = ["messages_ready", "messages_unacknowledged", "messages", "consumers"];
    for (level, (name, number)) in names.into_iter().zip(numbers).enumerate() {
        let lie = queue.lie(now).filter(|lie| lie.level == level && is_counted);
        if form == Some(Form::ZeroWithoutConsumers) && name == "consumers" {
            continue;
        }
        let number = number.to_string();
        let number = lie.map_or(number.as_str(), |lie| items::JSON_LIES[lie.text % items::JSON_LIES.len()]);
        let _ = write!(text, r#","{name}":{number}"#);
    }
    let _ = write!(text, r#","reductions":{}"#, queue.work_shown_by(queue.node));
    if queue.published > 0 && is_counted {
        let dips = model.dips_until.is_some_and(|until| now < until);
        let shown = |count: u64| if dips { count / 5 * 2 } else { count };
        let (published, done) = (shown(queue.published), shown(queue.done));
        let _ = write!(
            text,
            r#","message_stats":{{"publish":{published},"deliver_get":{done},"ack":{done},"redeliver":0,"deliver_no_ack":0,"get_no_ack":0}}"#
        );
    }
}
