//! What a file means that is right.

use std::time::Duration;

use std::path::Path;

use super::BROKER;
use crate::config::{Config, PrometheusNodes};
use leveret_core::Choice;
use leveret_core::backlog::{Aggregate, WhenMissing};
use leveret_runtime::file::read_file;

#[track_caller]
fn accepted(yaml: &str) -> Config {
    Config::from_yaml("leveret.yaml", yaml).expect("nothing is wrong")
}

#[test]
fn defaults() {
    let config = accepted(
        "brokers:\n- name: main\n  prometheus: {dns: rabbit}\nbacklogs:\n- name: b\n  queues: {names: [1, true]}\n",
    );
    let broker = config.connection("main").expect("the broker");
    let nodes = PrometheusNodes::Dns { url: "http://rabbit:15692".parse().expect("a URL"), server_name: None };
    assert_eq!((broker.prometheus.as_ref(), &*broker.broker.default_vhost), (Some(&nodes), "/"));
    let seconds = [broker.poll_interval, broker.timeout, broker.broker.max_sample_age].map(|it| it.as_secs());
    assert_eq!(seconds, [5, 4, 30]);
    let backlog = config.view.backlog("b").expect("the backlog");
    assert_eq!((&*backlog.broker, backlog.vhosts.only()), ("main", Some("/")));
    assert_eq!((backlog.aggregate, backlog.when_missing), (Aggregate::Sum, WhenMissing::Error));
    assert_eq!(backlog.queues, Choice::Names(vec!["1".into(), "true".into()]), "as written");
}

#[test]
fn other_durations_follow_the_poll_interval() {
    for (poll, timeout, age) in [("2s", 1600, 30_000), ("10s", 4_000, 30_000), ("5m", 4_000, 900_000)] {
        let config =
            accepted(&format!("brokers:\n- name: main\n  prometheus: {{dns: rabbit}}\n  pollInterval: {poll}\n"));
        let broker = config.connection("main").expect("the broker");
        assert_eq!(broker.timeout, Duration::from_millis(timeout), "{poll}");
        assert_eq!(broker.broker.max_sample_age, Duration::from_millis(age), "{poll}");
    }
}

#[test]
fn names_and_addresses_of_nodes() {
    for (written, meant) in [
        ("rabbit:1", "http://rabbit:1"),
        ("rabbit:80", "http://rabbit"),
        ("https://rabbit", "https://rabbit"),
        ("http://rabbit:15692/proxy", "http://rabbit:15692/proxy"),
    ] {
        let config = accepted(&format!("brokers:\n- name: main\n  prometheus: {{dns: '{written}'}}\n"));
        let nodes = config.connection("main").and_then(|broker| broker.prometheus.clone());
        assert_eq!(
            nodes,
            Some(PrometheusNodes::Dns { url: meant.parse().expect("a URL"), server_name: None }),
            "{written}"
        );
    }
}

#[test]
fn a_pattern_means_the_whole_name() {
    let config = accepted(
        "brokers:\n- name: main\n  prometheus: {dns: rabbit}\nbacklogs:\n- name: b\n  queues: {match: 'a|b.*', exclude: 'b|.*x'}\n",
    );
    let queues = &config.view.backlog("b").expect("the backlog").queues;
    for (name, included) in [("a", true), ("ab", false), ("xa", false), ("b", false), ("bc", true), ("bx", false)] {
        assert_eq!(queues.includes(name), included, "{name}");
    }
}

#[test]
fn one_virtual_host_or_several() {
    for (written, included, left_out) in [
        ("", "/", "a"),
        ("vhost: /a+b_c.d", "/a+b_c.d", "/"),
        ("vhosts: [a, b]", "b", "/"),
        ("vhosts: ['a.*']", "a.*", "ab"),
        ("vhosts: {match: 'a.*|/', exclude: 'ab'}", "ac", "ab"),
    ] {
        let backlog = format!(
            "backlogs: [{{name: b, {written}{} queues: {{names: [q]}}}}]",
            if written.is_empty() { "" } else { "," }
        );
        let config = accepted(&format!("{BROKER}{backlog}\n"));
        let vhosts = &config.view.backlog("b").expect("the backlog").vhosts;
        assert!(vhosts.includes(included) && !vhosts.includes(left_out), "{written}");
    }
}

#[test]
fn anchors_and_merge_keys() {
    let config = accepted(
        "brokers:\n- &one\n  name: one\n  prometheus: {dns: rabbit}\n  pollInterval: 7s\n- <<: *one\n  name: two\n",
    );
    assert_eq!(config.connection("two").expect("the broker").poll_interval, Duration::from_secs(7));
}

#[test]
fn every_configuration_of_the_manifests() {
    let mounted = tempfile::tempdir().expect("a temporary folder");
    for broker in ["main", "legacy"].map(|name| mounted.path().join(name)) {
        std::fs::create_dir(&broker).expect("writable");
        for name in ["username", "password", "ca.crt"] {
            std::fs::write(broker.join(name), "content").expect("writable");
        }
    }
    for folder in ["base", "overlays/example", "overlays/cert-manager", "overlays/two-brokers"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests").join(folder).join("leveret.yaml");
        let text = String::from_utf8(read_file(&path).expect("it is readable")).expect("it is text");
        let text = text.replace("/etc/leveret", &mounted.path().display().to_string());
        let config = Config::from_yaml(folder, &text).unwrap_or_else(|problems| panic!("{problems}"));
        assert!(config.connection("main").is_some(), "{folder}");
    }
}
