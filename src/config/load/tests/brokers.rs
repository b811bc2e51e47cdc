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

leveret.yaml:2:9: `brokers[0].name`: this is not a valid name
  help: use letters, digits and, between them, `-`, `_` or `.`: HPAs select by it, and a label holds nothing else

leveret.yaml:4:3: `brokers[1]`: `name` is missing
  help: add one: HPAs select by it

leveret.yaml:7:9: `brokers[3].name`: this differs from `brokers[2].name` only by case
  help: write another name here

leveret.yaml:9:9: `brokers[4].name`: this is the same as `brokers[3].name`
  help: write another name here

leveret.yaml:11:9: `brokers[5].name`: this name has 64 bytes
  help: shorten it to 63: HPAs select by it, and a label holds no more
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
7 problems in leveret.yaml

leveret.yaml:2:3: `brokers[0]`: this broker has no source: nothing says where to read it
  help: add `management: {url: …}`, `prometheus: {urls: […]}` or `prometheus: {dns: …}`

leveret.yaml:4:15: `brokers[1].prometheus`: neither `urls` nor `dns` is given
  help: add one, or remove the key `prometheus`

leveret.yaml:6:15: `brokers[2].management`: the management API needs credentials
  help: add `credentials: {usernameFile: …, passwordFile: …}`

leveret.yaml:6:16: `brokers[2].management.uri`: unknown key
  help: did you mean `url`?

leveret.yaml:8:15: `brokers[3].management`: this takes keys with values, not a single value
  help: write its keys below each other: `url`

leveret.yaml:10:43: `brokers[4].prometheus.dns`: both `urls` and `dns` are given
  help: keep one of them

leveret.yaml:12:21: `brokers[5].prometheus.dns`: this is an address, not a name
  help: write addresses as `urls`, one for each node
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

leveret.yaml:4:24: `brokers[0].prometheus.urls[1]`: this URL is given twice
  help: remove one: the node's messages would be counted twice

leveret.yaml:4:37: `brokers[0].prometheus.urls[2]`: the URL is neither `http` nor `https`
  help: write it like `http://rabbit-0.example:15692`

leveret.yaml:4:46: `brokers[0].prometheus.urls[3]`: the URL does not begin with `http://` or `https://`
  help: write `http://` before it, as in `http://rabbit-0.example:15692`

leveret.yaml:4:55: `brokers[0].prometheus.urls[4]`: the URL ends with `/metrics`
  help: remove `/metrics`: it is appended when the broker is read

leveret.yaml:4:73: `brokers[0].prometheus.urls[5]`: the URL has a query or a fragment
  help: remove it: only scheme, host, port and path are used

leveret.yaml:4:85: `brokers[0].prometheus.urls[6]`: this is empty
  help: write a value, or remove it
",
    );
    check(
        "brokers:
- name: main
  prometheus: {urls: []}
",
        "
1 problem in leveret.yaml

leveret.yaml:3:22: `brokers[0].prometheus.urls`: this list is empty
  help: write at least one element, or remove the key
",
    );
    check(
        "brokers:
- name: main
  management: {url: https://rabbit/api/}
  credentials: {usernameFile: Cargo.toml, passwordFile: Cargo.toml}
",
        "
1 problem in leveret.yaml

leveret.yaml:3:21: `brokers[0].management.url`: the URL ends with `/api`
  help: remove `/api`: it is appended when the broker is read
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

leveret.yaml:3:15: `brokers[0].management`: the management API needs credentials
  help: add `credentials: {usernameFile: …, passwordFile: …}`
",
    );
    check(
        "brokers:
- name: main
  management: {url: http://a}
  credentials: {usernameFile: Cargo.toml, usernameEnv: B}
",
        "
2 problems in leveret.yaml

leveret.yaml:4:16: `brokers[0].credentials`: neither `passwordFile` nor `passwordEnv` is given
  help: add one of them

leveret.yaml:4:56: `brokers[0].credentials.usernameEnv`: both `usernameFile` and `usernameEnv` are given
  help: keep one of them
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

leveret.yaml:4:17: `brokers[0].tls.caFile`: this would never be used, because no URL of this broker is `https`
  help: remove it, or write `https` URLs
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

leveret.yaml:4:19: `brokers[0].tls.certFile`: there is no such file
  help: check the path and that the volume is mounted there

leveret.yaml:4:19: `brokers[0].tls.certFile`: a client certificate also needs `keyFile`
  help: add `keyFile`
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

leveret.yaml:4:17: `brokers[0].pollInterval`: `5` has no unit
  help: write `5s` for seconds or `5ms` for milliseconds
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

leveret.yaml:4:17: `brokers[0].pollInterval`: this is not a duration
  help: write a whole number and a unit, such as `500ms`, `5s`, `2m` or `1h`

leveret.yaml:5:12: `brokers[0].timeout`: `10ms` is out of bounds
  help: choose from `100ms` to `5m`

leveret.yaml:6:17: `brokers[0].maxSampleAge`: this is not a duration
  help: write a whole number and a unit, such as `500ms`, `5s`, `2m` or `1h`
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

leveret.yaml:4:17: `brokers[0].pollInterval`: `10m` is out of bounds
  help: choose from `1s` to `5m`
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

leveret.yaml:5:12: `brokers[0].timeout`: `10s` is not shorter than `pollInterval`, which is `10s`
  help: a read must end before the next begins: shorten `timeout` or lengthen `pollInterval`

leveret.yaml:6:17: `brokers[0].maxSampleAge`: `19s` is less than twice `pollInterval`, which is `10s`
  help: one late read would stop every HPA: write at least `20s`
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

leveret.yaml:4:12: `brokers[0].timeout`: this takes a single value, not a list
  help: write one value here; put it into quotes if it holds `: `, `#` or brackets
",
    );
}
