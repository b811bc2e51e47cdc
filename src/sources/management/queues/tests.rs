//! The answers of real brokers, and JSON that no broker writes.

use proptest::prelude::*;

use super::*;
use crate::sources::tests::fixtures::{self, VERSIONS};

fn read_list(version: &str, file: &str) -> List {
    list(&fixtures::read(version, file), &Arc::default()).expect("a list")
}

/// Ready, unacknowledged, messages, consumers, published, delivered, acked, redelivered.
fn numbers(reading: &QueueReading) -> [Option<u64>; 8] {
    let QueueReading {
        ready,
        unacked,
        messages,
        consumers,
        published,
        delivered,
        acked,
        redelivered,
        origin: _,
        kind: _,
        single_active: _,
        work: _,
        counted_by: _,
    } = *reading;
    [ready, unacked, messages, consumers, published, delivered, acked, redelivered].map(Reading::present)
}

#[track_caller]
fn check(version: &str, name: &str, expected: [u64; 8]) {
    let list = read_list(version, "queues.json");
    let reading = list.queues.get("/", name).expect("the queue is there");
    assert_eq!(numbers(reading), expected.map(Some), "{version} {name}");
    assert_eq!(reading.counted_by, Some(SourceKind::Management));
    assert_eq!((list.without_counts, list.skipped), (false, 0));
}

#[test]
fn exact_numbers_of_every_version() {
    check("3.10.8", "task_queue", [178, 2, 180, 2, 228, 48, 46, 0]);
    check("3.10.8", "qq", [101, 5, 106, 1, 153, 51, 46, 0]);
    check("3.10.8", "st", [80, 0, 80, 1, 80, 80, 80, 0]);
    check("4.0.5", "task_queue", [197, 2, 199, 2, 253, 52, 50, 0]);
    check("4.0.5", "qq", [76, 5, 81, 1, 133, 56, 51, 0]);
    check("4.3.6", "task_queue", [197, 2, 199, 2, 265, 54, 52, 0]);
    check("4.3.6", "st", [40, 0, 40, 1, 40, 40, 40, 0]);
}

#[test]
fn a_queue_without_traffic_has_depths_and_no_counters() {
    for version in VERSIONS {
        let idle = single(&fixtures::read(version, "queue-idle.json")).expect("a queue");
        assert_eq!(numbers(&idle)[..4], [Some(0); 4], "{version}");
        assert_eq!((idle.delivered, idle.counted_by), (Reading::Absent(Absence::NoTraffic), None), "{version}");
    }
}

#[test]
fn single_queues_are_read_whatever_their_name() {
    for version in VERSIONS {
        for file in
            ["queue-pct.json", "queue-plus.json", "queue-slash.json", "queue-unicode.json", "queue-vhost-ab.json"]
        {
            let reading = single(&fixtures::read(version, file)).expect("a queue");
            assert!(reading.ready.present().is_some(), "{version} {file}");
        }
    }
}

#[test]
fn a_list_without_any_count_is_recognised() {
    for version in ["3.10.8", "4.0.5"] {
        let list = read_list(version, "nocollector-queues.json");
        assert!(list.without_counts && list.queues.len() > 20, "{version}");
        let reading = list.queues.get("/", "task_queue").expect("there");
        assert_eq!(*reading, QueueReading::absent(Absence::CollectorOff), "{version}");
    }
}

/// All numbers of a queue.
fn readings(reading: &QueueReading) -> Vec<Reading> {
    [reading.levels(), reading.counters()].concat()
}

#[test]
fn what_a_queue_with_a_new_leader_or_two_of_them_says_is_not_a_number() {
    let level = |fields: &str| {
        let body = format!(r#"{{"name":"q","vhost":"/","state":"running",{fields}}}"#);
        single(body.as_bytes()).expect("a queue").messages
    };
    let members = r#""leader":"a@b","node":"a@b","members":["a@b","b@b","c@b"]"#;
    assert_eq!(level(&format!(r#"{members},"online":["a@b","b@b"],"messages":0,"consumers":0"#)), Reading::Present(0));
    let zero = level(&format!(r#"{members},"online":["a@b","b@b"],"messages":0"#));
    assert_eq!(zero, Reading::Absent(Absence::Unsettled), "no consumers are known yet");
    let alone = level(&format!(r#"{members},"online":["a@b"],"messages":42,"consumers":0"#));
    assert_eq!(alone, Reading::Absent(Absence::QueueDown));
    let two = level(r#""leader":"a@b","node":"b@b","messages":42,"consumers":0"#);
    assert_eq!(two, Reading::Absent(Absence::TwoNodes));
}

#[test]
fn an_item_that_cannot_be_parsed_costs_only_itself() {
    let broken = [
        r#"{"name":"\ud800","vhost":"/"}"#,
        r#"{"name":"x","name":"y","vhost":"/"}"#,
        "5",
        &format!(r#"{{"name":"{}","vhost":"/"}}"#, "n".repeat(256)),
    ];
    for item in broken {
        let body =
            format!(r#"[{{"name":"a","vhost":"/","messages":3,"consumers":0}},{item},{{"name":"b","vhost":"/"}}]"#);
        let list = list(body.as_bytes(), &Arc::default()).expect("a list");
        assert_eq!((list.queues.len(), list.skipped), (2, 1), "{item}");
        assert_eq!(list.queues.get("/", "a").map(|reading| reading.messages), Some(Reading::Present(3)));
    }
}

#[test]
fn fields_of_another_type_cost_only_themselves() {
    let list = list(
        br#"[{"name":"a","vhost":"/","state":5,"type":[],"node":{},"online":"x","members":[1,"n"],"messages":3},
            {"name":5,"vhost":"/"},{"name":"b","vhost":"/","messages":"many","consumers":1}]"#,
        &Arc::default(),
    );
    let list = list.expect("a list");
    assert_eq!((list.queues.len(), list.skipped), (2, 1));
    assert_eq!(list.queues.get("/", "b").map(|reading| reading.consumers), Some(Reading::Present(1)));
}

#[test]
fn queues_of_a_node_that_is_down_are_known_and_their_numbers_are_not() {
    let list = read_list("4.3.6-cluster", "c2-killed-1s-c1-queues.json");
    assert!(!list.without_counts);
    for name in ["cq-on-c2", "qq-from-5752", "st-from-5752"] {
        let reading = list.queues.get("/", name).expect("there");
        assert_eq!(readings(reading), readings(&QueueReading::absent(Absence::QueueDown)), "{name}");
    }
    let minority = list.queues.get("/", "qq-from-5751").expect("there");
    assert_eq!((minority.ready, minority.published), (Reading::Present(5), Reading::Present(5)));
}

#[test]
fn a_list_in_which_every_queue_is_down_does_not_show_a_missing_collector() {
    let list = list(br#"[{"name":"a","vhost":"/","state":"down"}]"#, &Arc::default()).expect("a list");
    assert!(!list.without_counts);
    let reading = list.queues.get("/", "a").expect("there");
    assert_eq!(readings(reading), readings(&QueueReading::absent(Absence::QueueDown)));
}

#[test]
fn an_empty_list_is_a_list() {
    assert_eq!(list(b"[]", &Arc::default()).expect("a list"), List::default());
}

#[test]
fn only_odd_fields_are_absent() {
    let list = list(
        br#"[{"name":"a","vhost":"/","state":null,"messages":null,"messages_ready":"x","messages_unacknowledged":-1,
              "consumers":2.0,"message_stats":[]},
             {"name":"b"},
             {"name":"c","vhost":"/","state":"running","messages":[1],"messages_ready":{"a":1},"consumers":true,
              "messages_unacknowledged":3,"message_stats":{"publish":7,"ack":null},"unknown":{"deep":[1]}}]"#,
        &Arc::default(),
    )
    .expect("a list");
    assert_eq!((list.queues.len(), list.skipped), (2, 1));
    assert_eq!(numbers(list.queues.get("/", "a").expect("there"))[..4], [None, None, None, Some(2)]);
    let c = list.queues.get("/", "c").expect("there");
    assert_eq!(numbers(c), [None, Some(3), None, None, Some(7), None, None, None]);
    assert_eq!(c.acked, Reading::Absent(Absence::NoTraffic));
}

#[test]
fn every_captured_list_and_queue_is_parsed() {
    for (path, body) in fixtures::all("json") {
        let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if body.starts_with(b"[") {
            let list = list(&body, &Arc::default()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            // One capture asked for no virtual hosts.
            assert!(list.skipped == 0 || file == "queues-sort.json", "{}", path.display());
        } else {
            assert!(list(&body, &Arc::default()).is_err(), "{} is not a list", path.display());
            let _ = single(&body);
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..500)) {
        let _ = (list(&body, &Arc::default()), single(&body));
    }

    #[test]
    fn a_damaged_answer_never_panics(at in any::<prop::sample::Index>(), byte: u8, end in any::<prop::sample::Index>()) {
        let mut body = fixtures::read("4.0.5", "queues-columns.json");
        *at.get_mut(&mut body) = byte;
        let _ = list(&body, &Arc::default());
        prop_assert!(list(&body[..end.index(body.len())], &Arc::default()).is_err());
    }

    #[test]
    fn names_survive(name in any::<String>(), vhost in "\\PC{1,20}", ready: u64) {
        let body = serde_json::json!([{"name": name, "vhost": vhost, "messages_ready": ready}]).to_string();
        let list = list(body.as_bytes(), &Arc::default()).expect("a list");
        prop_assert_eq!(list.queues.get(&vhost, &name).map(|reading| reading.ready), Some(Reading::Present(ready)));
    }
}

#[test]
fn a_field_that_is_written_twice_costs_no_other_queue_and_is_no_number_if_it_differs() {
    let queue = |online: &str| {
        format!(
            r#"{{"name":"q","vhost":"/","state":"running","type":"quorum","node":"a@b","leader":"a@b","messages":7,"consumers":0,
                "members":["a@b","c@b","d@b"],"online":["a@b","c@b"],"online":{online}}}"#
        )
    };
    for (online, expected) in
        [(r#"["a@b","c@b"]"#, Reading::Present(7)), (r#"["a@b","c@b","d@b"]"#, Reading::Absent(Absence::Unsettled))]
    {
        let body = queue(online);
        assert_eq!(single(body.as_bytes()).expect("a queue").messages, expected, "{online}");
        let body = format!(r#"[{body},{{"name":"other","vhost":"/","messages":5,"consumers":0}}]"#);
        let list = list(body.as_bytes(), &Arc::default()).expect("a list");
        let messages = |name: &str| list.queues.get("/", name).map(|queue| queue.messages);
        assert_eq!((messages("q"), messages("other")), (Some(expected), Some(Reading::Present(5))), "{online}");
        assert_eq!((list.skipped, list.without_counts), (0, false));
    }
}

#[test]
fn a_single_active_consumer_is_an_argument_of_the_queue() {
    let of = |arguments: &str| {
        let item = format!(r#"{{"name":"a","vhost":"/","arguments":{arguments}}}"#);
        single(item.as_bytes()).expect("a queue").single_active
    };
    assert_eq!(of(r#"{"x-queue-type":"quorum","x-single-active-consumer":true}"#), Some(true));
    assert_eq!((of("{}"), of(r#"{"x-single-active-consumer":false}"#)), (Some(false), Some(false)));
    assert_eq!((of("[]"), of("null"), of("\"\"")), (None, None, None));
    assert_eq!(single(br#"{"name":"a","vhost":"/"}"#).expect("a queue").single_active, None);
}
