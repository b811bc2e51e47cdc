//! The answers of real brokers, and text that no broker writes.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::sources::prometheus::answer::NodeAnswer;
use crate::sources::prometheus::exposition::Lines;
use crate::sources::tests::fixtures::{self, VERSIONS};
use leveret_core::observation::{Absence, QueueMap, Reading, SourceKind};

impl NodeRead {
    /// What it says of each queue.
    fn queues(&self) -> QueueMap<Tallies> {
        let (mut rows, mut names) = (Rows::default(), Arc::default());
        for row in self.rows.all() {
            rows.find_after(Order::Levels, None, self.rows.text(row));
        }
        let numbers = rows.numbers(&mut names, self.unescaped).to_vec();
        let mut queues = QueueMap::with_names(names);
        let seen = numbers.into_iter().zip(&self.tallies).filter(|(_, tallies)| tallies.is_seen());
        seen.for_each(|(number, tallies)| queues.set(number, *tallies));
        queues
    }
}

fn fold(bodies: &[&[u8]]) -> Option<NodeRead> {
    let (mut fold, mut lines) = (NodeFold::new(Rows::default()), Lines::default());
    for body in bodies {
        lines.push(body, |line| fold.line(line));
    }
    fold.skip(lines.finish().overlong);
    fold.finish()
}

/// What a broker of this version answers to the requested families.
fn answer(version: &str) -> NodeRead {
    let poll = fixtures::read(version, "metrics-detailed-poll.txt");
    let published = fixtures::read(version, "metrics-detailed-queue_exchange_metrics.txt");
    fold(&[&poll, &published]).expect("it names its node")
}

/// Ready, unacknowledged, messages, consumers, published, delivered, acked, redelivered.
type Numbers = [Option<u64>; 8];

#[track_caller]
fn check(read: &NodeRead, name: &str, expected: Numbers) {
    let reading = read.queues().get("/", name).expect("the queue is there").reading(read.capabilities);
    let readings = [
        reading.ready,
        reading.unacked,
        reading.messages,
        reading.consumers,
        reading.published,
        reading.delivered,
        reading.acked,
        reading.redelivered,
    ];
    assert_eq!(readings.map(Reading::present), expected, "{name}");
}

#[test]
fn exact_numbers_of_3_10_8_which_has_no_counters() {
    let read = answer("3.10.8");
    let levels = |ready, unacked, messages, consumers| {
        [Some(ready), Some(unacked), Some(messages), Some(consumers), None, None, None, None]
    };
    check(&read, "task_queue", levels(197, 2, 199, 2));
    check(&read, "qq", levels(106, 5, 111, 1));
    check(&read, "st", levels(80, 0, 80, 1));
    check(&read, "idle", levels(0, 0, 0, 0));
    let reading = read.queues().get("/", "qq").expect("there").reading(read.capabilities);
    assert_eq!((reading.delivered, reading.counted_by), (Reading::Absent(Absence::NotOffered), None));
    assert_eq!((&*read.node, read.skipped), ("rmq@localhost", 0));
}

#[test]
fn exact_numbers_of_4_0_5() {
    let read = answer("4.0.5");
    let some = |numbers: [u64; 8]| numbers.map(Some);
    check(&read, "task_queue", some([197, 2, 199, 2, 269, 56, 54, 0]));
    check(&read, "qq", some([81, 5, 86, 1, 139, 59, 54, 0]));
    check(&read, "st", some([40, 0, 40, 1, 40, 40, 40, 0]));
    // It was fetched from without acknowledgement.
    check(&read, "ready12", [Some(11), Some(0), Some(11), Some(0), Some(30), Some(19), Some(19), Some(0)]);
    check(&read, "quote\"dq", [Some(1), Some(0), Some(1), Some(0), Some(1), None, None, None]);
    let idle = read.queues().get("/", "idle").expect("there").reading(read.capabilities);
    assert_eq!(
        (idle.published, idle.acked),
        (Reading::Absent(Absence::NoTraffic), Reading::Absent(Absence::NoTraffic))
    );
    let qq = read.queues().get("/", "qq").expect("there").reading(read.capabilities);
    assert_eq!(qq.counted_by, Some(SourceKind::Prometheus));
}

#[test]
fn exact_numbers_of_4_3_6() {
    let read = answer("4.3.6");
    let some = |numbers: [u64; 8]| numbers.map(Some);
    check(&read, "task_queue", some([217, 2, 219, 2, 280, 58, 56, 0]));
    check(&read, "qq", some([80, 5, 85, 1, 143, 62, 57, 0]));
    check(&read, "st", some([40, 0, 40, 1, 40, 40, 40, 0]));
}

#[test]
fn every_queue_of_the_list_is_found_whatever_its_name() {
    for version in VERSIONS {
        let read = answer(version);
        for queue in fixtures::names(version, "queues.json") {
            let found = read.queues().get(&queue.vhost, &queue.name).copied();
            assert!(found.is_some_and(|tallies| tallies.is_alive()), "{version}: {queue:?}");
        }
    }
    let off = fixtures::read("4.0.5", "nocollector-metrics-detailed.txt");
    let off = fold(&[&off]).expect("it names its node");
    for queue in fixtures::names("4.0.5", "nocollector-queues.json") {
        assert!(off.queues().get(&queue.vhost, &queue.name).is_some(), "{queue:?}");
    }
}

#[test]
fn every_line_of_every_captured_answer_can_be_parsed() {
    let mut answers = 0;
    for (path, body) in fixtures::all("txt") {
        let Some(read) = fold(&[&body]) else {
            assert!(path.ends_with("rabbitmq-4.3.6/metrics-detailed-badqueue.txt"), "{}", path.display());
            continue;
        };
        assert_eq!(read.skipped, 0, "{}", path.display());
        answers += 1;
    }
    assert!(answers > 40, "only {answers} answers were found");
}

#[test]
fn each_node_of_a_cluster_has_its_own_queues() {
    let read = |file| fold(&[&fixtures::read("4.3.6-cluster", file)]).expect("it names its node");
    let (c1, c2) = (read("both-up-c1-prom.txt"), read("both-up-c2-prom.txt"));
    assert_eq!((&*c1.node, &*c2.node), ("c1@localhost", "c2@localhost"));
    for queue in fixtures::names("4.3.6-cluster", "both-up-c1-queues.json") {
        let reading =
            |node: &NodeRead| node.queues().get(&queue.vhost, &queue.name).map(|it| it.reading(node.capabilities));
        let leads = |node: &NodeRead| reading(node).is_some_and(|reading| reading.ready.present().is_some());
        assert!(leads(&c1) != leads(&c2), "{queue:?}");
        let kinds = [&c1, &c2].map(|node| reading(node).and_then(|reading| reading.kind));
        let expected = match &queue.name[..2] {
            "cq" => QueueKind::Classic,
            "qq" => QueueKind::Quorum,
            _ => QueueKind::Stream,
        };
        assert!(kinds.into_iter().flatten().all(|kind| kind == expected), "{queue:?}: {kinds:?}");
    }
}

#[test]
fn a_node_reports_its_uptime() {
    let body = b"# TYPE rabbitmq_detailed_erlang_uptime_seconds gauge\nrabbitmq_detailed_erlang_uptime_seconds 7.532\n\
        rabbitmq_identity_info{rabbitmq_node=\"a@b\",rabbitmq_cluster=\"c\"} 1\n";
    let read = fold(&[body]).expect("it names its node");
    assert_eq!((&*read.node, read.uptime), ("a@b", Some(Duration::from_millis(7532))));
}

#[test]
fn an_answer_that_ended_early_is_refused() {
    let body = fixtures::read("4.0.5", "metrics-detailed-poll.txt");
    assert!(fold(&[&body[..body.len() / 2]]).is_none());
}

#[test]
fn a_sample_that_is_not_a_number_is_absent_and_so_is_its_sum() {
    let read = fold(&[b"rabbitmq_detailed_queue_messages_ready{vhost=\"/\",queue=\"a\"} NaN\n\
        rabbitmq_detailed_queue_messages{vhost=\"/\",queue=\"a\"} -1\n\
        rabbitmq_detailed_queue_get_total{vhost=\"/\",queue=\"a\"} 4\n\
        rabbitmq_detailed_queue_get_ack_total{vhost=\"/\",queue=\"a\"} undefined\n\
        rabbitmq_detailed_queue_consumers{vhost=\"/\",queue=\"a\"} 2\n\
        rabbitmq_identity_info{rabbitmq_node=\"a@b\"} 1\n"]);
    check(&read.expect("it names its node"), "a", [None, None, None, Some(2), None, None, Some(4), None]);
}

#[test]
fn a_count_that_is_not_whole_is_absent() {
    let read = fold(&[b"rabbitmq_detailed_queue_messages_ready{vhost=\"/\",queue=\"a\"} 0.4\n\
        rabbitmq_detailed_queue_messages{vhost=\"/\",queue=\"a\"} 5 6 7\n\
        rabbitmq_detailed_queue_consumers{vhost=\"/\",queue=\"a\"} 2.0 1700000000\n\
        rabbitmq_identity_info{rabbitmq_node=\"a@b\"} 1\n"]);
    check(&read.expect("it names its node"), "a", [None, None, None, Some(2), None, None, None, None]);
}

#[test]
fn unescaped_names_that_look_escaped_stay_apart() {
    let ready =
        |name: &str, n: u32| format!("rabbitmq_detailed_queue_messages_ready{{vhost=\"/\",queue=\"{name}\"}} {n}\n");
    let body = [ready(r"a\\b", 1), ready(r"a\b", 2), "rabbitmq_identity_info{rabbitmq_node=\"n\"} 1\n".into()].concat();
    let read = fold(&[body.as_bytes()]).expect("it names its node");
    check(&read, r"a\\b", [Some(1), None, None, None, None, None, None, None]);
    check(&read, r"a\b", [Some(2), None, None, None, None, None, None, None]);
}

/// A line about one of a few queues, some of which are hard to tell apart.
#[derive(Clone, Debug)]
struct Sample {
    metric: usize,
    queue: usize,
    exchange: usize,
    number: usize,
}

fn row() -> impl Strategy<Value = Sample> {
    (0_usize..6, 0_usize..7, 0_usize..4, 0_usize..6).prop_map(|(metric, queue, exchange, number)| Sample {
        metric,
        queue,
        exchange,
        number,
    })
}

impl Sample {
    fn text(&self, escaped: bool) -> String {
        const METRICS: [&str; 6] = [
            "queue_messages_ready",
            "queue_messages",
            "queue_messages_acked_total",
            "queue_get_empty_total",
            "queue_exchange_messages_published_total",
            "queue_info",
        ];
        const NAMES: [&str; 7] = ["a", "a\"} 5", "b", "a\",queue=\"b", "\\", "\\\\", "ä"];
        let escape =
            |name: &str| if escaped { name.replace('\\', r"\\").replace('"', "\\\"") } else { name.to_owned() };
        let (metric, queue) = (METRICS[self.metric], escape(NAMES[self.queue]));
        let exchange = format!("exchange=\"{}\",", escape(["", "e", "\"", "x\",exchange=\"y"][self.exchange]));
        let (exchange, kind) = match self.metric {
            4 => (&*exchange, ""),
            5 => ("", ",queue_type=\"rabbit_quorum_queue\",membership=\"leader\""),
            _ => ("", ""),
        };
        let number = ["0", "17", "999999999999999", "1e3", "NaN", "-1"][self.number];
        format!("rabbitmq_detailed_{metric}{{vhost=\"/\",{exchange}queue=\"{queue}\"{kind}}} {number}\n")
    }
}

proptest! {
    #[test]
    fn no_name_harms_another_queue(name in r#"[\t"\\{}=,# a-z0-9]{1,40}"#, ready in 0_u32..1000, escaped: bool) {
        prop_assume!(name != "victim");
        let written = if escaped { name.replace('\\', r"\\").replace('"', "\\\"") } else { name.clone() };
        let body = format!(
            "rabbitmq_detailed_queue_messages_ready{{vhost=\"/\",queue=\"{written}\"}} {ready}\n\
             rabbitmq_detailed_queue_messages_ready{{vhost=\"/\",queue=\"victim\"}} 7\n\
             rabbitmq_identity_info{{rabbitmq_node=\"n\"}} 1\n"
        );
        let read = fold(&[body.as_bytes()]).expect("it names its node");
        check(&read, "victim", [Some(7), None, None, None, None, None, None, None]);
        prop_assert_eq!((read.queues().len(), read.skipped), (2, 0));
        if escaped {
            check(&read, &name, [Some(ready.into()), None, None, None, None, None, None, None]);
        }
    }

    #[test]
    fn what_is_remembered_of_rows_changes_no_answer(
        answers in proptest::collection::vec((proptest::collection::vec(row(), 0..30), any::<bool>()), 1..6),
    ) {
        let (mut rows, mut names) = (Rows::default(), Arc::default());
        for (lines, escaped) in answers {
            let mut body = String::from("rabbitmq_identity_info{rabbitmq_node=\"n\"} 1\n");
            for line in &lines {
                body += &line.text(escaped);
            }
            let mut remembering = NodeAnswer::new(rows);
            remembering.push(body.as_bytes()).expect("usable");
            let mut remembering = remembering.finish().expect("usable");
            let numbers = remembering.rows.numbers(&mut names, remembering.unescaped).to_vec();
            let mut queues = QueueMap::with_names(Arc::clone(&names));
            let seen = numbers.into_iter().zip(&remembering.tallies).filter(|(_, tallies)| tallies.is_seen());
            seen.for_each(|(number, tallies)| queues.set(number, *tallies));
            let anew = fold(&[body.as_bytes()]).expect("usable");
            prop_assert_eq!((queues, remembering.skipped), (anew.queues(), anew.skipped));
            rows = remembering.into_rows();
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = fold(&[&body]);
    }

    #[test]
    fn a_damaged_answer_never_panics_and_its_cuts_do_not_matter(
        at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>(),
    ) {
        let mut body = fixtures::read("4.0.5", "metrics-detailed-queue_delivery_metrics.txt");
        *at.get_mut(&mut body) = byte;
        let (before, after) = body.split_at(cut.index(body.len()));
        let (whole, cut) = (fold(&[&body]), fold(&[before, after]));
        prop_assert_eq!(whole.map(|read| read.queues()), cut.map(|read| read.queues()));
    }
}
