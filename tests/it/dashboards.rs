//! The Grafana dashboard.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::broker::{Broker, Sources, Version};
use crate::support::dashboard::{Dashboard, Query};
use crate::support::leveret::Leveret;
use crate::support::parts::repository;
use crate::support::prometheus::Prometheus;
use crate::support::scene::FAST;
use crate::support::wait;

/// A value for every variable of the dashboard.
const VARIABLES: [(&str, &str); 10] = [
    ("job", "leveret"),
    ("instance", ".+"),
    ("broker", ".+"),
    ("vhost", ".*"),
    ("queue", ".*"),
    ("backlog", ".*"),
    ("target", "10"),
    ("rabbitmq_job", ".+"),
    ("datasource", "prometheus"),
    ("__rate_interval", "1m"),
];

#[test]
fn the_dashboard_works_in_any_grafana() {
    assert_eq!(Dashboard::read().findings(), Vec::<String>::new());
}

#[test]
fn every_query_can_be_asked_without_grafana() {
    let queries = Dashboard::read().queries(&VARIABLES);
    assert!(queries.len() > 20, "only {} queries", queries.len());
    for query in queries {
        assert!(!query.expression.contains('$'), "{query:?}");
    }
}

#[test]
fn every_documented_series_is_on_a_panel_and_no_other() {
    let name = regex::Regex::new(r"(?m)^\| `(leveret_\w+)` \|").expect("a pattern");
    let page = std::fs::read_to_string(repository("docs/telemetry.md")).expect("the page is there");
    let documented: BTreeSet<String> = name.captures_iter(&page).map(|found| found[1].to_owned()).collect();
    assert!(documented.len() > 30, "{documented:?}");
    assert_eq!(documented, Dashboard::read().series());
}

#[test]
fn backlogs_of_several_queues_are_in_the_first_row_and_in_the_main_panel() {
    let queries = Dashboard::read().queries(&VARIABLES);
    let of_backlogs = |title: &str| {
        let mut queries = queries.iter().filter(|query| query.panel == title);
        queries.any(|query| {
            query.expression.contains("backlog!=")
                || (query.expression.contains(", backlog") && query.expression.contains("backlog=~"))
        })
    };
    for title in ["Backlog", "Consumers", "Replicas and target", "Ready and unacknowledged", "Without a number"] {
        assert!(of_backlogs(title), "{title}");
    }
}

#[test]
fn what_breaks_a_rule_is_found() {
    let broken: [(&str, Value, &str); 8] = [
        ("/editable", json!(true), "must not be editable"),
        ("/panels/1/title", json!(""), "it needs a title"),
        ("/panels/1/fieldConfig/defaults/unit", json!(null), "it needs a unit"),
        ("/panels/1/repeat", json!("queue"), "must not be repeated"),
        ("/panels/1/fieldConfig/defaults/noValue", json!(""), "where there is no value"),
        ("/panels/1/datasource/uid", json!("mine"), "must ask `${datasource}`"),
        ("/panels/1/targets/0/expr", json!("leveret_polls_total{}"), "must be in `rate`"),
        ("/panels/1/targets/0/expr", json!("up{job=~\"$jobs\"}"), "`$jobs` is used and no variable"),
    ];
    for (place, value, finding) in broken {
        let mut json = Dashboard::read().into_json();
        let (owner, key) = place.rsplit_once('/').expect("a place has a key");
        match json.pointer_mut(owner).expect("the place is there") {
            Value::Array(items) => items[key.parse::<usize>().expect("a number")] = value,
            owner => owner[key] = value,
        }
        let findings = Dashboard::of(json).findings();
        assert!(findings.iter().any(|it| it.contains(finding)), "{place}: {findings:?}");
    }
}

#[test]
fn every_panel_shows_data_of_a_real_prometheus_that_scrapes_a_real_leveret_and_rabbitmq() {
    let (broker, folder) = (Broker::start(Version::V4_0, &[]), TempDir::new().expect("a temporary folder"));
    let _producer = broker.worker("task-producer", folder.path(), &["--interval", "100ms"]);
    let _consumer = broker.worker("task-consumer", folder.path(), &["--work", "1ms"]);
    let backlogs = "backlogs:\n- name: all\n  queues: {match: 'task.*'}\n";
    let brokers = broker.configured("main", Sources::Both, FAST);
    let leveret = Leveret::without_cluster(&format!("brokers:\n{brokers}{backlogs}"));
    let rabbitmq = broker.prometheus_url();
    let rabbitmq = rabbitmq.strip_prefix("http://").expect("it is served over plain HTTP");
    let prometheus = Prometheus::start(|job| match job {
        "leveret" => format!("127.0.0.1:{}", leveret.admin_port()),
        _ => rabbitmq.to_owned(),
    });
    for query in Dashboard::read().queries(&VARIABLES) {
        let Query { panel, expression } = query;
        wait::until(&format!("data in the panel `{panel}`"), Duration::from_secs(60), || {
            // The queue is requested, as an HPA would: one that is not requested is not shown, and gets no rates.
            let asked = leveret.signal("rabbitmq_queue_publish_rate", "queue=task_queue");
            let numbers = prometheus.query(&expression)?;
            // A quantile of nothing and a quotient by zero are `NaN`, which a panel does not show.
            let shown = numbers.iter().filter(|series| series["value"][1] != "NaN").count();
            if shown > 0 {
                Ok(())
            } else {
                Err(format!("{numbers:?} for `{expression}`; the last answer was {asked:?}"))
            }
        });
    }
}
