//! Backlogs: names, brokers and queues.

use super::{BROKER, check};

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

leveret.yaml:5:3: `backlogs[0]`: `name` is missing
  help: add one: HPAs select by it

leveret.yaml:6:9: `backlogs[1].name`: this is not a valid name
  help: use letters, digits and, between them, `-`, `_` or `.`: HPAs select by it, and a label holds nothing else

leveret.yaml:10:9: `backlogs[3].name`: this differs from `backlogs[2].name` only by case
  help: write another name here
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

leveret.yaml:6:11: `backlogs[0].broker`: no broker has this name
  help: it resembles `brokers[0].name`: check the spelling
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

leveret.yaml:7:3: `backlogs[0]`: there are several brokers, and this backlog does not say which one it is on
  help: add `broker` with the `name` of one of the `brokers`

leveret.yaml:10:11: `backlogs[1].broker`: no broker has this name
  help: write the `name` of one of the `brokers`, or add a broker with this name
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

leveret.yaml:5:3: `backlogs[0]`: `queues` is missing
  help: add `queues: {names: [a, b]}` or `queues: {match: 'orders\..*'}`
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

leveret.yaml:6:11: `backlogs[0].queues`: neither `names` nor `match` is given
  help: add one of them
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

leveret.yaml:6:31: `backlogs[0].queues.match`: both `names` and `match` are given
  help: keep one of them, or make two backlogs
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

leveret.yaml:6:19: `backlogs[0].queues.names`: this list is empty
  help: write at least one element, or remove the key

leveret.yaml:6:32: `backlogs[0].queues.exclude`: `exclude` needs `match`
  help: remove it: `names` already says which queues
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

leveret.yaml:6:26: `backlogs[0].queues.names[2]`: this queue is given twice
  help: remove one of them
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

leveret.yaml:6:19: `backlogs[0].queues.names`: this takes a list, not a single value
  help: begin each element with `- `, or put them into `[` and `]`
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

leveret.yaml:6:19: `backlogs[0].queues.match`: this is not a regular expression: unclosed character class
  help: put `\` before a special character that is meant literally, as in `orders\..*`
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

leveret.yaml:6:19: `backlogs[0].queues.match`: this is not a regular expression: unopened group
  help: put `\` before a special character that is meant literally, as in `orders\..*`
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

leveret.yaml:6:33: `backlogs[0].queues.exclude`: this is not a regular expression: unclosed group
  help: put `\` before a special character that is meant literally, as in `orders\..*`
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
        "
1 problem in leveret.yaml

leveret.yaml:6:19: `backlogs[0].queues.match`: the pattern is too large when compiled
  help: use smaller counts in `{…}`, or list the names
",
    );
}

#[test]
fn virtual_hosts() {
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
backlogs:
- name: both
  vhost: a
  vhosts: [b]
  queues: {names: [a]}
- name: twice
  vhosts: [a, b, a]
  queues: {names: [a]}
- name: empty
  vhosts: []
  queues: {names: [a]}
- name: single
  vhosts: a
  queues: {names: [a]}
- name: nothing
  vhosts: {exclude: a}
  queues: {names: [a]}
- name: broken
  vhosts: {match: '[a', exclude: 'b'}
  queues: {names: [a]}
- name: unknown
  vhosts: {macth: 'a'}
  queues: {names: [a]}
",
        r"
7 problems in leveret.yaml

leveret.yaml:7:11: `backlogs[0].vhosts`: both `vhost` and `vhosts` are given
  help: keep one of them

leveret.yaml:10:18: `backlogs[1].vhosts[2]`: this virtual host is given twice
  help: remove one of them

leveret.yaml:13:11: `backlogs[2].vhosts`: this list is empty
  help: write at least one element, or remove the key

leveret.yaml:16:11: `backlogs[3].vhosts`: this takes a list or keys with values, not a single value
  help: write `[a]` for one name, `[a, b]` for several, or `{match: 'a.*'}` for a pattern

leveret.yaml:19:11: `backlogs[4].vhosts`: `match` is missing
  help: add `match: 'tenant-.*'`, or write a list of names

leveret.yaml:22:19: `backlogs[5].vhosts.match`: this is not a regular expression: unclosed character class
  help: put `\` before a special character that is meant literally, as in `orders\..*`

leveret.yaml:25:12: `backlogs[6].vhosts.macth`: unknown key
  help: did you mean `match`?
",
    );
}

#[test]
fn a_pattern_in_place_of_a_virtual_host() {
    for pattern in ["tenant-.*", "a|b", "tenant[0-9]", "(a)", "^a", "a$", r"a\.b", "a.+", "*"] {
        check(
            &format!("{BROKER}backlogs:\n- name: orders\n  vhost: '{pattern}'\n  queues: {{names: [a]}}\n"),
            "
1 problem in leveret.yaml

leveret.yaml:6:10: `backlogs[0].vhost`: this looks like a pattern, and `vhost` takes a name
  help: write `vhosts: {match: …}` for a pattern; a name with such characters goes into `vhosts: […]`
",
        );
    }
}

#[test]
fn more_queues_than_are_looked_up_at_a_question() {
    let numbers = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let backlog = format!("{{name: a, vhosts: [{}], queues: {{names: [{}]}}}}", numbers(143), numbers(7));
    check(
        &format!("{BROKER}backlogs:\n- {backlog}\n"),
        "
1 problem in leveret.yaml

leveret.yaml:5:21: `backlogs[0].vhosts`: this backlog names 1001 queues, counted in every virtual host
  help: the limit is 1000: choose the virtual hosts with `match`, or divide it
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

leveret.yaml:7:14: `backlogs[0].aggregate`: this is not a known value
  help: did you mean `sum`?

leveret.yaml:8:16: `backlogs[0].whenMissing`: this is not a known value
  help: choose from: `error`, `zero`
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

leveret.yaml:7:3: `backlogs[0].slo`: this version does not support this key
  help: remove it

leveret.yaml:8:3: `backlogs[0].serviceTime`: this version does not support this key
  help: remove it

leveret.yaml:9:3: `backlogs[0].concurrency`: this version does not support this key
  help: remove it
",
    );
}
