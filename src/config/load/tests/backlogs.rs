//! Backlogs: names, brokers and queues.

use super::check;

#[test]
fn names() {
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
backlogs:
- queues: {names: [a]}
- name: a/b
  queues: {names: [a]}
- name: Orders
  queues: {names: [a]}
- name: orders
  queues: {names: [a]}
",
        "
3 problems in leveret.yaml

leveret.yaml:5:3: a backlog has no `name`
  |
5 | - queues: {names: [a]}
  |   ^
  = help: add one: HPAs select by it

leveret.yaml:6:9: `a/b` cannot be a backlog's name
  |
6 | - name: a/b
  |         ^^^
  = help: use letters, digits and, between them, `-`, `_` or `.`: HPAs select by it, and a label holds nothing else

leveret.yaml:10:9: `orders` differs from `Orders` only by case
   |
10 | - name: orders
   |         ^^^^^^
  = help: give this backlog another name
",
    );
}

#[test]
fn brokers() {
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
backlogs:
- name: orders
  broker: mian
  queues: {names: [a]}
",
        "
1 problem in leveret.yaml

leveret.yaml:6:11: there is no broker `mian`
  |
6 |   broker: mian
  |           ^^^^
  = help: did you mean `main`?
",
    );
    check(
        "brokers:
- name: one
  prometheus: {dns: a}
- name: two
  prometheus: {dns: b}
backlogs:
- name: a
  queues: {names: [a]}
- name: b
  broker: three
  queues: {names: [a]}
",
        "
2 problems in leveret.yaml

leveret.yaml:7:3: there are several brokers, and the backlog does not say which it is of
  |
7 | - name: a
  |   ^
  = help: add `broker` with one of: `one`, `two`

leveret.yaml:10:11: there is no broker `three`
   |
10 |   broker: three
   |           ^^^^^
  = help: the brokers are: `one`, `two`
",
    );
}

#[test]
fn queues() {
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
backlogs:
- name: orders
  vhost: /
",
        r"
1 problem in leveret.yaml

leveret.yaml:5:3: the backlog has no `queues`
  |
5 | - name: orders
  |   ^
  = help: add `queues: {names: [a, b]}` or `queues: {match: 'orders\..*'}`
",
    );
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
backlogs:
- name: orders
  queues: {}
",
        "
1 problem in leveret.yaml

leveret.yaml:6:11: `queues` has neither `names` nor `match`
  |
6 |   queues: {}
  |           ^
  = help: add one of them
",
    );
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
backlogs:
- name: orders
  queues: {names: [a], match: b}
",
        "
1 problem in leveret.yaml

leveret.yaml:6:31: both `names` and `match` are given
  |
6 |   queues: {names: [a], match: b}
  |                               ^
  = help: keep one of them, or make two backlogs
",
    );
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
backlogs:
- name: orders
  queues: {names: [], exclude: a}
",
        "
2 problems in leveret.yaml

leveret.yaml:6:19: `names` is empty
  |
6 |   queues: {names: [], exclude: a}
  |                   ^
  = help: write at least one element, or remove the key

leveret.yaml:6:32: `exclude` needs `match`
  |
6 |   queues: {names: [], exclude: a}
  |                                ^
  = help: remove it: `names` already says which queues
",
    );
}

#[test]
fn queue_names() {
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
backlogs:
- name: orders
  queues: {names: [a, b, a]}
",
        "
1 problem in leveret.yaml

leveret.yaml:6:26: `a` is given twice
  |
6 |   queues: {names: [a, b, a]}
  |                          ^
  = help: remove one of them
",
    );
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
backlogs:
- name: orders
  queues: {names: a}
",
        "
1 problem in leveret.yaml

leveret.yaml:6:12: `names` is a list, not a text
  |
6 |   queues: {names:
  |            ^^^^^
  = help: begin each element with `- `, or put them into `[` and `]`
",
    );
}

#[test]
fn patterns() {
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
backlogs:
- name: orders
  queues: {match: '[a'}
",
        r"
1 problem in leveret.yaml

leveret.yaml:6:19: this is not a regular expression: unclosed character class
  |
6 |   queues: {match: '[a'}
  |                   ^^^^
  = help: put `\` before a special character that is meant literally, as in `orders\..*`
",
    );
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
backlogs:
- name: orders
  queues: {match: 'a)|(b'}
",
        r"
1 problem in leveret.yaml

leveret.yaml:6:19: this is not a regular expression: unopened group
  |
6 |   queues: {match: 'a)|(b'}
  |                   ^^^^^^^
  = help: put `\` before a special character that is meant literally, as in `orders\..*`
",
    );
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
backlogs:
- name: orders
  queues: {match: 'a', exclude: '(?x)a#'}
",
        r"
1 problem in leveret.yaml

leveret.yaml:6:33: this is not a regular expression: unclosed group
  |
6 |   queues: {match: 'a', exclude: '(?x)a#'}
  |                                 ^^^^^^^^
  = help: put `\` before a special character that is meant literally, as in `orders\..*`
",
    );
    check(
        r"brokers:
- name: main
  prometheus: {dns: rabbit}
backlogs:
- name: orders
  queues: {match: '\w{1000}{9}'}
",
        r"
1 problem in leveret.yaml

leveret.yaml:6:19: the pattern is too large when compiled
  |
6 |   queues: {match: '\w{1000}{9}'}
  |                   ^^^^^^^^^^^^^
  = help: use smaller counts in `{…}`, or list `names`
",
    );
}

#[test]
fn words() {
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
backlogs:
- name: orders
  queues: {names: [a]}
  aggregate: som
  whenMissing: ignore
",
        "
2 problems in leveret.yaml

leveret.yaml:7:14: `aggregate` cannot be `som`
  |
7 |   aggregate: som
  |              ^^^
  = help: did you mean `sum`?

leveret.yaml:8:16: `whenMissing` cannot be `ignore`
  |
8 |   whenMissing: ignore
  |                ^^^^^^
  = help: choose from: `error`, `zero`
",
    );
}

#[test]
fn what_a_later_version_will_know() {
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
backlogs:
- name: orders
  queues: {names: [a]}
  slo: 30s
  serviceTime: 2s
  concurrency: 1
",
        "
3 problems in leveret.yaml

leveret.yaml:7:3: `slo` is not supported by this version
  |
7 |   slo:
  |   ^^^
  = help: remove it

leveret.yaml:8:3: `serviceTime` is not supported by this version
  |
8 |   serviceTime:
  |   ^^^^^^^^^^^
  = help: remove it

leveret.yaml:9:3: `concurrency` is not supported by this version
  |
9 |   concurrency:
  |   ^^^^^^^^^^^
  = help: remove it
",
    );
}
