//! Brokers: names, sources, certificates and durations.

use super::check;

#[test]
fn names() {
    check(
        "brokers:
- name: -a
  prometheus: {dns: a}
- prometheus: {dns: b}
- name: Main
  prometheus: {dns: c}
- name: main
  prometheus: {dns: d}
- name: main
  prometheus: {dns: e}
- name: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
  prometheus: {dns: f}
",
        "
5 problems in leveret.yaml

leveret.yaml:2:9: `-a` cannot be a broker's name
  |
2 | - name: -a
  |         ^^
  = help: use letters, digits and, between them, `-`, `_` or `.`: HPAs select by it, and a label holds nothing else

leveret.yaml:4:3: a broker has no `name`
  |
4 | - prometheus: {dns: b}
  |   ^
  = help: add one: HPAs select by it

leveret.yaml:7:9: `main` differs from `Main` only by case
  |
7 | - name: main
  |         ^^^^
  = help: give this broker another name

leveret.yaml:9:9: two brokers are named `main`
  |
9 | - name: main
  |         ^^^^
  = help: give this one another name

leveret.yaml:11:9: the broker's name has 64 bytes
   |
11 | - name: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
   |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: shorten it to 63: HPAs select by it, and a label holds no more
",
    );
}

#[test]
fn sources() {
    check(
        "brokers:
- name: a
- name: b
  prometheus: {}
- name: c
  management: {uri: https://c}
- name: d
  management: https://d
- name: e
  prometheus: {urls: ['http://e:1'], dns: e}
- name: f
  prometheus: {dns: 10.0.0.1}
",
        "
6 problems in leveret.yaml

leveret.yaml:2:3: the broker has no source: nothing says where to read it
  |
2 | - name: a
  |   ^
  = help: add `management: {url: …}`, `prometheus: {urls: […]}` or `prometheus: {dns: …}`

leveret.yaml:4:15: `urls` or `dns` is missing here
  |
4 |   prometheus: {}
  |               ^
  = help: add it, or remove the key above

leveret.yaml:6:16: `uri` is not a key of `management`
  |
6 |   management: {uri:
  |                ^^^
  = help: did you mean `url`?

leveret.yaml:8:3: `management` is written as keys with values, not as a text
  |
8 |   management:
  |   ^^^^^^^^^^
  = help: write its keys below each other: `url`

leveret.yaml:10:43: both `urls` and `dns` are given
   |
10 |   prometheus: {urls: ['http://e:1'], dns: e}
   |                                           ^
  = help: keep one of them

leveret.yaml:12:21: this is an address, not a name
   |
12 |   prometheus: {dns: 10.0.0.1}
   |                     ^^^^^^^^
  = help: write addresses as `urls`, one for each node
",
    );
}

#[test]
fn urls() {
    check(
        "brokers:
- name: a
  prometheus:
    urls: [http://a:1, http://a:1/, ftp://a, a:15692, http://a/metrics, http://a?b, '']
",
        "
6 problems in leveret.yaml

leveret.yaml:4:24: this URL is given twice
  |
4 |     urls: [http://a:1, http://a:1/, ftp://a, a:15692, http://a/metrics,
  |                        ^^^^^^^^^^^
  = help: remove one: the node's messages would be counted twice

leveret.yaml:4:37: the URL is neither `http` nor `https`
  |
4 |     urls: [http://a:1, http://a:1/, ftp://a, a:15692, http://a/metrics,
  |                                     ^^^^^^^
  = help: write it like `http://rabbit-0.example:15692`

leveret.yaml:4:46: the URL is neither `http` nor `https`
  |
4 |     urls: [http://a:1, http://a:1/, ftp://a, a:15692, http://a/metrics,
  |                                              ^^^^^^^
  = help: write it like `http://rabbit-0.example:15692`

leveret.yaml:4:55: the URL ends with `/metrics`
  |
4 |     urls: [http://a:1, http://a:1/, ftp://a, a:15692, http://a/metrics,
  |                                                       ^^^^^^^^^^^^^^^^
  = help: remove `/metrics`: it is appended when the broker is read

leveret.yaml:4:73: the URL has a query or a fragment
  = help: remove it: only scheme, host, port and path are used

leveret.yaml:4:85: an element of `urls` is empty
  = help: write a value, or remove it
",
    );
    check(
        "brokers:
- name: main
  prometheus: {urls: []}
",
        "
1 problem in leveret.yaml

leveret.yaml:3:22: `urls` is empty
  |
3 |   prometheus: {urls: []}
  |                      ^
  = help: write at least one element, or remove the key
",
    );
    check(
        "brokers:
- name: main
  management: {url: https://rabbit/api/}
  credentials: {usernameFile: u, passwordFile: p}
",
        "
1 problem in leveret.yaml

leveret.yaml:3:21: the URL ends with `/api`
  |
3 |   management: {url: https://rabbit/api/}
  |                     ^^^^^^^^^^^^^^^^^^^
  = help: remove `/api`: it is appended when the broker is read
",
    );
}

#[test]
fn credentials() {
    check(
        "brokers:
- name: main
  management: {url: http://a}
",
        "
1 problem in leveret.yaml

leveret.yaml:3:21: the management API answers nobody without credentials
  |
3 |   management: {url: http://a}
  |                     ^^^^^^^^
  = help: add `credentials: {usernameFile: …, passwordFile: …}`
",
    );
    check(
        "brokers:
- name: main
  management: {url: http://a}
  credentials: {usernameFile: a, usernameEnv: B}
",
        "
2 problems in leveret.yaml

leveret.yaml:4:16: neither `passwordFile` nor `passwordEnv` is given
  |
4 |   credentials: {usernameFile: a, usernameEnv:
  |                ^
  = help: add one of them

leveret.yaml:4:47: both `usernameFile` and `usernameEnv` are given
  = help: keep one of them
",
    );
}

#[test]
fn certificates() {
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
  tls: {caFile: Cargo.toml}
",
        "
1 problem in leveret.yaml

leveret.yaml:4:17: `caFile` would never be used, for no URL of this broker is `https`
  |
4 |   tls: {caFile: Cargo.toml}
  |                 ^^^^^^^^^^
  = help: remove it, or write `https` URLs
",
    );
    check(
        "brokers:
- name: main
  prometheus: {dns: 'https://rabbit'}
  tls: {certFile: nowhere.pem}
",
        "
2 problems in leveret.yaml

leveret.yaml:4:19: `certFile` `nowhere.pem` is not a file that can be read
  |
4 |   tls: {certFile: nowhere.pem}
  |                   ^^^^^^^^^^^
  = help: check the path and that the volume is mounted there

leveret.yaml:4:19: a client certificate also needs `keyFile`
  |
4 |   tls: {certFile: nowhere.pem}
  |                   ^^^^^^^^^^^
  = help: add `keyFile`
",
    );
}

#[test]
fn durations() {
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
  pollInterval: 5
",
        "
1 problem in leveret.yaml

leveret.yaml:4:17: `5` has no unit
  |
4 |   pollInterval: 5
  |                 ^
  = help: write `5s` for seconds or `5ms` for milliseconds
",
    );
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
  pollInterval: 5 seconds
  timeout: 10ms
  maxSampleAge: 1d
",
        "
3 problems in leveret.yaml

leveret.yaml:4:17: `5 seconds` is not a duration
  |
4 |   pollInterval: 5 seconds
  |                 ^^^^^^^^^
  = help: write a whole number and a unit, such as `500ms`, `5s`, `2m` or `1h`

leveret.yaml:5:12: `timeout` cannot be `10ms`
  |
5 |   timeout: 10ms
  |            ^^^^
  = help: choose from `100ms` to `5m`

leveret.yaml:6:17: `1d` is not a duration
  |
6 |   maxSampleAge: 1d
  |                 ^^
  = help: write a whole number and a unit, such as `500ms`, `5s`, `2m` or `1h`
",
    );
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
  pollInterval: 10m
",
        "
1 problem in leveret.yaml

leveret.yaml:4:17: `pollInterval` cannot be `10m`
  |
4 |   pollInterval: 10m
  |                 ^^^
  = help: choose from `1s` to `5m`
",
    );
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
  pollInterval: 10s
  timeout: 10s
  maxSampleAge: 19s
",
        "
2 problems in leveret.yaml

leveret.yaml:5:12: `timeout` `10s` is not shorter than `pollInterval` `10s`
  |
5 |   timeout: 10s
  |            ^^^
  = help: a read must end before the next begins: shorten `timeout` or lengthen `pollInterval`

leveret.yaml:6:17: `maxSampleAge` `19s` is shorter than two `pollInterval` of `10s`
  |
6 |   maxSampleAge: 19s
  |                 ^^^
  = help: one late read would stop every HPA: write at least `20s`
",
    );
    check(
        "brokers:
- name: main
  prometheus: {dns: rabbit}
  timeout: [4s]
",
        "
1 problem in leveret.yaml

leveret.yaml:4:12: `timeout` takes a text, not a list
  |
4 |   timeout: [
  |            ^
  = help: write one value here; put it into quotes if it holds `: `, `#` or brackets
",
    );
}
