//! What users write first and is wrong: a table of mistakes, with the whole text about each.

use super::{BROKER, refused};
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
        "credentials: {usernameEnv: RABBIT_USERNAME, password: y}",
        "4:47: `brokers[0].credentials.password`: unknown key
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
        "credentials: {usernameEnv: RABBIT_USERNAME, passwordFil: Cargo.toml}",
        "4:47: `brokers[0].credentials.passwordFil`: unknown key
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

#[test]
fn each_mistake_in_a_file_has_its_text() {
    for (written, expected) in MISTAKES {
        let problems = refused(&format!("{BROKER}  {written}\n"));
        let expected = format!("1 problem in leveret.yaml\n\nleveret.yaml:{expected}");
        assert!(problems == expected, "`{written}` is refused with:\n{problems}\n");
    }
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
    let problems = flags(&written).config(|_| false).expect_err("a file is missing").to_string();
    let expected = "\
1 problem in flags and environment

`--password-file` (`LEVERET_PASSWORD_FILE`): there is no such file
  help: check the path and that the volume is mounted there";
    assert!(problems == expected, "\n{problems}\n");
}
