//! The file as a whole.

use super::check;

#[test]
fn files_without_a_configuration() {
    check(
        "",
        "
1 problem in leveret.yaml

leveret.yaml:1:1: the file is empty
  help: write its keys below each other: `brokers`, `backlogs`
",
    );
    check(
        "- brokers
",
        "
1 problem in leveret.yaml

leveret.yaml:1:1: this takes keys with values, not a list
  help: write its keys below each other: `brokers`, `backlogs`
",
    );
    check(
        "brokers: [{name: a
backlogs:
",
        "
1 problem in leveret.yaml

leveret.yaml:1:11: this is not valid YAML: unclosed bracket '{'
  help: check indentation, quotes and brackets here and just before
",
    );
    check(
        "brokers:
---
brokers:
",
        "
1 problem in leveret.yaml

leveret.yaml:3:1: there is more than one YAML document
  help: remove the line `---` and what follows it
",
    );
    check(
        "brokers: *brokers
",
        "
1 problem in leveret.yaml

leveret.yaml:1:10: this refers to an anchor that nothing above defines
  help: put a value that begins with `*` into quotes, or define the anchor with `&`
",
    );
}

#[test]
fn lists() {
    check(
        "backlogs:
- name: a
  queues: {names: [a]}
",
        "
1 problem in leveret.yaml

leveret.yaml:1:1: `brokers` is missing
  help: add it with at least one broker
",
    );
    check(
        "brokers: []
backlogs: []
",
        "
2 problems in leveret.yaml

leveret.yaml:1:10: `brokers`: this list is empty
  help: write at least one element, or remove the key

leveret.yaml:2:11: `backlogs`: this list is empty
  help: write at least one element, or remove the key
",
    );
    check(
        "brokers: main
backlogs: {name: a}
",
        "
2 problems in leveret.yaml

leveret.yaml:1:10: `brokers`: this takes a list, not a single value
  help: begin each element with `- `, or put them into `[` and `]`

leveret.yaml:2:11: `backlogs`: this takes a list, not keys with values
  help: begin each element with `- `, or put them into `[` and `]`
",
    );
    check(
        "brokers:
- main
backlogs:
- orders
",
        "
2 problems in leveret.yaml

leveret.yaml:2:3: `brokers[0]`: this takes keys with values, not a single value
  help: write its keys below each other: `name`, `management`, `prometheus`, `credentials`, `tls`, `defaultVhost`, `pollInterval`, `timeout`, `maxSampleAge`

leveret.yaml:4:3: `backlogs[0]`: this takes keys with values, not a single value
  help: write its keys below each other: `name`, `broker`, `vhost`, `vhosts`, `queues`, `aggregate`, `whenMissing`
",
    );
}

#[test]
fn everything_is_reported_at_once() {
    check(
        "brokers:
- name: main
  management: {url: https://rabbit:15671}
  pollIntervall: 5s
  timeout: 7s
  maxSampleAge: 30
backlogs:
- name: orders
  broker: mian
  queues: {names: [a], match: b}
",
        "
5 problems in leveret.yaml

leveret.yaml:3:15: `brokers[0].management`: the management API needs credentials
  help: add `credentials: {usernameFile: …, passwordFile: …}`

leveret.yaml:4:3: `brokers[0].pollIntervall`: unknown key
  help: did you mean `pollInterval`?

leveret.yaml:6:17: `brokers[0].maxSampleAge`: `30` has no unit
  help: write `30s` for seconds or `30ms` for milliseconds

leveret.yaml:9:11: `backlogs[0].broker`: no broker has this name
  help: it resembles `brokers[0].name`: check the spelling

leveret.yaml:10:31: `backlogs[0].queues.match`: both `names` and `match` are given
  help: keep one of them, or make two backlogs
",
    );
}

#[test]
fn keys_that_are_unknown_repeated_or_without_value() {
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
  pollintervall: 5s
  colour: red
  name: again
  timeout:
  5: 6
  [a]: b
",
        "
6 problems in leveret.yaml

leveret.yaml:4:3: `brokers[0].pollintervall`: unknown key
  help: did you mean `pollInterval`?

leveret.yaml:5:3: `brokers[0].colour`: unknown key
  help: the keys here are: `name`, `management`, `prometheus`, `credentials`, `tls`, `defaultVhost`, `pollInterval`, `timeout`, `maxSampleAge`

leveret.yaml:6:3: `brokers[0].name`: this key is given twice
  help: keep one of them

leveret.yaml:7:3: `brokers[0].timeout`: this key has no value
  help: write one after the colon, or remove the key

leveret.yaml:8:3: `brokers[0].…`: unknown key
  help: the keys here are: `name`, `management`, `prometheus`, `credentials`, `tls`, `defaultVhost`, `pollInterval`, `timeout`, `maxSampleAge`

leveret.yaml:9:3: `brokers[0].…`: a key is a single value, not a list
  help: remove it
",
    );
}

#[test]
fn files_that_are_too_large() {
    let nine = |n: u32| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", "));
    let aliases = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned() + &(1..9).map(nine).collect::<String>();
    let nested = |depth| format!("{}{}\n", "[".repeat(depth), "]".repeat(depth));
    for (yaml, position) in [(aliases, "6:10"), (nested(40), "1:33"), (nested(3000), "1:256")] {
        let expected = format!(
            "1 problem in leveret.yaml

leveret.yaml:{position}: the file is larger or nested more deeply than a configuration can be
  help: the limits are 32 levels, 1000000 values, and 100000 values that are repeated by aliases"
        );
        assert_eq!(super::refused(&yaml), expected);
    }
    // The parser also bounds what it keeps of a broken file.
    assert!(super::refused(&"[".repeat(100_000)).contains("1 problem in leveret.yaml"));
}

#[test]
fn files_in_another_encoding() {
    let problems = crate::config::Config::from_bytes("leveret.yaml", Ok(b"brokers: \xe9"));
    let expected = "\
1 problem in leveret.yaml

leveret.yaml: the file is not text in UTF-8 after 9 bytes
  help: save the file with the encoding UTF-8";
    assert_eq!(problems.expect_err("it is Latin 1").to_string(), expected);
    check(
        "\u{feff}brokers: []
",
        "
1 problem in leveret.yaml

leveret.yaml:1:10: `brokers`: this list is empty
  help: write at least one element, or remove the key
",
    );
}
