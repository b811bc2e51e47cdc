//! The file as a whole.

use super::check;

#[test]
fn a_file_that_is_no_configuration() {
    check(
        "",
        "
1 problem in leveret.yaml

leveret.yaml:1:1: the configuration is empty
  = help: write its keys below each other: `brokers`, `backlogs`
",
    );
    check(
        "- brokers
",
        "
1 problem in leveret.yaml

leveret.yaml:1:1: the configuration is written as keys with values, not as a list
  |
1 | -
  | ^
  = help: write its keys below each other: `brokers`, `backlogs`
",
    );
    check(
        "brokers: [{name: a
backlogs:
",
        "
1 problem in leveret.yaml

leveret.yaml:1:11: this is not valid YAML: unclosed bracket '{'
  |
1 | brokers: [{name: a
  |           ^
  = help: check indentation, quotes and brackets here and just before
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
  |
3 | brokers:
  | ^
  = help: remove the line `---` and what follows it
",
    );
    check(
        "brokers: *brokers
",
        "
1 problem in leveret.yaml

leveret.yaml:1:10: this refers to an anchor that nothing above defines
  |
1 | brokers: *brokers
  |          ^
  = help: put a value that begins with `*` into quotes, or define the anchor with `&`
",
    );
}

#[test]
fn lists_that_are_none_or_empty() {
    check(
        "backlogs:
- name: a
  queues: {names: [a]}
",
        "
1 problem in leveret.yaml

leveret.yaml: there is no broker to read
  = help: add `brokers` with at least one broker
",
    );
    check(
        "brokers: []
backlogs: []
",
        "
2 problems in leveret.yaml

leveret.yaml:1:10: `brokers` is empty
  |
1 | brokers: []
  |          ^
  = help: write at least one element, or remove the key

leveret.yaml:2:11: `backlogs` is empty
  |
2 | backlogs: []
  |           ^
  = help: write at least one element, or remove the key
",
    );
    check(
        "brokers: main
backlogs: {name: a}
",
        "
2 problems in leveret.yaml

leveret.yaml:1:1: `brokers` is a list, not a text
  |
1 | brokers:
  | ^^^^^^^
  = help: begin each element with `- `, or put them into `[` and `]`

leveret.yaml:2:1: `backlogs` is a list, not keys with values
  |
2 | backlogs: {
  | ^^^^^^^^
  = help: begin each element with `- `, or put them into `[` and `]`
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

leveret.yaml:2:3: a broker is written as keys with values, not as a text
  = help: write its keys below each other: `name`, `management`, `prometheus`, `credentials`, `tls`, `defaultVhost`, `pollInterval`, `timeout`, `maxSampleAge`

leveret.yaml:4:3: a backlog is written as keys with values, not as a text
  = help: write its keys below each other: `name`, `broker`, `vhost`, `queues`, `aggregate`, `whenMissing`
",
    );
}

#[test]
fn everything_is_told_at_once() {
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

leveret.yaml:3:21: the management API answers nobody without credentials
  |
3 |   management: {url: https://rabbit:15671}
  |                     ^^^^^^^^^^^^^^^^^^^^
  = help: add `credentials: {usernameFile: …, passwordFile: …}`

leveret.yaml:4:3: `pollIntervall` is not a key of a broker
  |
4 |   pollIntervall:
  |   ^^^^^^^^^^^^^
  = help: did you mean `pollInterval`?

leveret.yaml:6:17: `30` has no unit
  |
6 |   maxSampleAge: 30
  |                 ^^
  = help: write `30s` for seconds or `30ms` for milliseconds

leveret.yaml:9:11: there is no broker `mian`
  |
9 |   broker: mian
  |           ^^^^
  = help: did you mean `main`?

leveret.yaml:10:31: both `names` and `match` are given
   |
10 |   queues: {names: [a], match: b}
   |                               ^
  = help: keep one of them, or make two backlogs
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

leveret.yaml:4:3: `pollintervall` is not a key of a broker
  |
4 |   pollintervall:
  |   ^^^^^^^^^^^^^
  = help: did you mean `pollInterval`?

leveret.yaml:5:3: `colour` is not a key of a broker
  |
5 |   colour:
  |   ^^^^^^
  = help: the keys here are: `name`, `management`, `prometheus`, `credentials`, `tls`, `defaultVhost`, `pollInterval`, `timeout`, `maxSampleAge`

leveret.yaml:6:3: `name` is given twice
  |
6 |   name: again
  |   ^^^^
  = help: keep one of them

leveret.yaml:7:3: `timeout` has no value
  |
7 |   timeout:
  |   ^^^^^^^
  = help: write one after the colon, or remove the key

leveret.yaml:8:3: `5` is not a key of a broker
  |
8 |   5:
  |   ^
  = help: the keys here are: `name`, `management`, `prometheus`, `credentials`, `tls`, `defaultVhost`, `pollInterval`, `timeout`, `maxSampleAge`

leveret.yaml:9:3: a key of a broker is a text, not a list
  |
9 |   [
  |   ^
  = help: remove it
",
    );
}
