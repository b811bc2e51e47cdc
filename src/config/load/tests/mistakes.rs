//! What users write first and is wrong: a table of mistakes, with the whole text about each.

use super::{BROKER, refused};
use crate::config::Config;
use crate::config::load::tests::flags::flags;

/// What is written after the name of a broker, and what is said about it.
const MISTAKES: &[(&str, &str)] = &[
    (
        "management: {url: '127.0.0.1:15672'}\n  credentials: {usernameFile: Cargo.toml, passwordFile: Cargo.toml}",
        "4:21: `brokers[0].management.url`: the URL does not begin with `http://` or `https://`
  help: write `http://127.0.0.1:15672`",
    ),
    (
        "management: {url: rabbit}\n  credentials: {usernameFile: Cargo.toml, passwordFile: Cargo.toml}",
        "4:21: `brokers[0].management.url`: the URL does not begin with `http://` or `https://`
  help: write `http://` before it, as in `https://rabbit.example:15671`",
    ),
    (
        "credentials: {usernameFile: Cargo.toml, passwordFile: nofile}",
        "4:57: `brokers[0].credentials.passwordFile`: there is no such file
  help: check the path and that the volume is mounted there",
    ),
    (
        "credentials: {usernameFile: src, passwordFile: Cargo.toml}",
        "4:31: `brokers[0].credentials.usernameFile`: it is a folder
  help: name a regular file",
    ),
    (
        "credentials: {usernameEnv: CARGO_PKG_NAME, password: y}",
        "4:46: `brokers[0].credentials.password`: unknown key
  help: secrets are not written into this file: put it into a file or an environment variable, and name that in \
         `credentials` with `passwordFile` or `passwordEnv`",
    ),
    (
        "password: y",
        "4:3: `brokers[0].password`: unknown key
  help: secrets are not written into this file: put it into a file or an environment variable, and name that in \
         `credentials` with `passwordFile` or `passwordEnv`",
    ),
    (
        "credentials: {usernameEnv: CARGO_PKG_NAME, passwordFil: Cargo.toml}",
        "4:46: `brokers[0].credentials.passwordFil`: unknown key
  help: did you mean `passwordFile`?",
    ),
    (
        "\tpollInterval: 5s",
        "4:3: line 4 is indented with a tab; YAML takes spaces
  help: write spaces in place of the tab",
    ),
    (
        "tls:\n\t\tcaFile: Cargo.toml",
        "5:1: line 5 is indented with a tab; YAML takes spaces
  help: write spaces in place of the tab",
    ),
];

/// What is written after `backlogs:` and the name of one, and what is said about it.
const BACKLOGS: &[(&str, &str)] = &[
    (
        r#"queues: {match: "orders\..*"}"#,
        r"6:19: this is not valid YAML: while parsing a quoted scalar, found unknown escape character
  help: write a regular expression in single quotes: in double quotes YAML itself reads each `\`",
    ),
    (
        r#"queues: {match: "\btask\b"}"#,
        r"6:19: `backlogs[0].queues.match`: the pattern contains a control character
  help: write it in single quotes: in double quotes YAML itself reads each `\`, so that `\b` is a backspace",
    ),
    (
        "queues: {match: '(?!dlq).*'}",
        r"6:19: `backlogs[0].queues.match`: this is not a regular expression: look-around, including look-ahead and look-behind, is not supported
  help: leave names out with `exclude`, as in `{match: 'orders\..*', exclude: '.*\.dlq'}`",
    ),
    (
        r"queues: {match: '(a)\1'}",
        "6:19: `backlogs[0].queues.match`: this is not a regular expression: backreferences are not supported
  help: list the names, or divide the backlog",
    ),
    (
        "queues: [a]",
        "6:11: `backlogs[0].queues`: this takes keys with values, not a list
  help: write `{names: […]}` for a list of names",
    ),
    (
        "queues: orders",
        "6:11: `backlogs[0].queues`: this takes keys with values, not a single value
  help: write `{names: [a]}` for a name, or `{match: 'a.*'}` for a pattern",
    ),
    (
        "queues: {names: [a]}\n  vhosts: {names: [y]}",
        "7:12: `backlogs[0].vhosts.names`: unknown key
  help: names are written as the list itself: `vhosts: [a, b]`",
    ),
    (
        "queues: {names: [a]}\n  vhosts: y",
        "7:11: `backlogs[0].vhosts`: this takes a list or keys with values, not a single value
  help: write `[a]` for one name, `[a, b]` for several, or `{match: 'a.*'}` for a pattern",
    ),
    (
        "queues: {names: [a]}\n  vhost: [a]",
        "7:10: `backlogs[0].vhost`: this takes a single value, not a list
  help: write the list as `vhosts`",
    ),
];

/// What is written after `brokers:` and a dash, and what is said about it.
const BROKERS: &[(&str, &str)] = &[
    (
        "name: ''\n  prometheus: {dns: a}",
        "2:9: `brokers[0].name`: this is empty
  help: write a value",
    ),
    (
        "name:\n  prometheus: {dns: a}",
        "2:3: `brokers[0].name`: this key has no value
  help: write one after the colon",
    ),
    (
        "name: a\n  prometheus: {dns: 'rabbit:99999'}",
        "3:21: `brokers[0].prometheus.dns`: this is not a name, a name and a port, or a URL: invalid port number
  help: write it like `rabbit-nodes.example:15692`",
    ),
    (
        "name: a\n  prometheus: {dns: 'https://a', serverName: '10.0.0.1'}",
        "3:46: `brokers[0].prometheus.serverName`: this is an address, not a host name
  help: write a DNS name that the nodes' certificates are for, such as `any.rabbit-nodes.rabbit.svc`",
    ),
];

#[test]
fn each_mistake_in_a_file_has_its_text() {
    let after_broker = MISTAKES.iter().map(|(written, expected)| (format!("{BROKER}  {written}\n"), expected));
    let in_backlog = BACKLOGS
        .iter()
        .map(|(written, expected)| (format!("{BROKER}backlogs:\n- name: orders\n  {written}\n"), expected));
    let in_broker = BROKERS.iter().map(|(written, expected)| (format!("brokers:\n- {written}\n"), expected));
    for (yaml, expected) in after_broker.chain(in_backlog).chain(in_broker) {
        let problems = refused(&yaml);
        let expected = format!("1 problem in leveret.yaml\n\nleveret.yaml:{expected}");
        assert!(problems == expected, "`{yaml}` is refused with:\n{problems}\n");
    }
}

#[test]
fn names_that_look_like_patterns_are_accepted_and_doubted() {
    let yaml = "\
brokers:
- name: main
  prometheus: {dns: rabbit}
  defaultVhost: tenant-.*
backlogs:
- name: orders
  vhost: shop
  queues: {names: [orders, 'orders\\..*', 'a|b']}
- name: literal
  vhosts: [shop(eu)]
  queues: {names: [a.b-c_d:e]}
- name: several
  vhosts: [a, 'b.*']
  queues: {match: '.*'}
";
    let config = Config::from_yaml("leveret.yaml", yaml).expect("RabbitMQ allows such names");
    let doubts: Vec<String> = config.doubts().map(|doubt| doubt.to_string()).collect();
    assert_eq!(
        doubts,
        [
            "`defaultVhost` of broker `main`",
            "`queues.names[1]` of backlog `orders`",
            "`vhosts[1]` of backlog `several`",
        ]
    );
}

#[test]
fn a_server_name_without_a_certificate_to_verify_is_refused() {
    let broker = |prometheus: &str| refused(&format!("brokers:\n- name: main\n  prometheus: {{{prometheus}}}\n"));
    let problems = broker("dns: rabbit, serverName: any.rabbit");
    assert!(problems.contains("`dns` is read over `http`, without a certificate"), "{problems}");
    let problems = broker("urls: ['https://rabbit:15691'], serverName: any.rabbit");
    assert!(problems.contains("this belongs to `dns`, which is not given"), "{problems}");
}

#[test]
fn both_secrets_in_a_file_are_refused_at_once() {
    let problems = refused(&format!("{BROKER}  credentials: {{username: x, password: y}}\n"));
    let expected = "\
2 problems in leveret.yaml

leveret.yaml:4:17: `brokers[0].credentials.username`: unknown key
  help: secrets are not written into this file: put it into a file or an environment variable, and name that in \
`credentials` with `usernameFile` or `usernameEnv`

leveret.yaml:4:30: `brokers[0].credentials.password`: unknown key
  help: secrets are not written into this file: put it into a file or an environment variable, and name that in \
`credentials` with `passwordFile` or `passwordEnv`";
    assert!(problems == expected, "\n{problems}\n");
}

#[test]
fn a_file_that_is_missing_is_named_by_its_flag() {
    let written = ["prometheus-dns", "rabbit", "username-file", "Cargo.toml", "password-file", "nofile"];
    let problems = flags(&written).config(&|_| None).expect_err("a file is missing").to_string();
    let expected = "\
1 problem in flags and environment

`--password-file` (`LEVERET_PASSWORD_FILE`): there is no such file
  help: check the path and that the volume is mounted there";
    assert!(problems == expected, "\n{problems}\n");
}
