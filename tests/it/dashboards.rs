//! The Grafana dashboard.

use serde_json::{Value, json};

use crate::support::dashboard::Dashboard;

/// A value for every variable of the dashboard.
const VARIABLES: [(&str, &str); 9] = [
    ("job", "leveret"),
    ("instance", ".+"),
    ("broker", ".+"),
    ("vhost", ".*"),
    ("queue", ".*"),
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
fn what_breaks_a_rule_is_found() {
    let broken: [(&str, Value, &str); 6] = [
        ("/editable", json!(true), "must not be editable"),
        ("/panels/1/title", json!(""), "it needs a title"),
        ("/panels/1/fieldConfig/defaults/unit", json!(null), "it needs a unit"),
        ("/panels/1/datasource/uid", json!("mine"), "must ask `${datasource}`"),
        ("/panels/1/targets/0/expr", json!("leveret_polls_total{}"), "must be in `rate`"),
        ("/panels/1/targets/0/expr", json!("up{job=~\"$jobs\"}"), "`$jobs` is used and no variable"),
    ];
    for (place, value, finding) in broken {
        let mut json = Dashboard::read().into_json();
        *json.pointer_mut(place).expect("the place is there") = value;
        let findings = Dashboard::of(json).findings();
        assert!(findings.iter().any(|it| it.contains(finding)), "{place}: {findings:?}");
    }
}
