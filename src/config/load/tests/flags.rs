//! Flags are checked as files are, and problems name them.

use std::time::Duration;

use clap::Parser;

use crate::config::flags::BrokerFlags;
use crate::config::{ConfigArgs, PrometheusNodes};
use leveret_runtime::secret::SecretRef;

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    config: ConfigArgs,
}

/// What a command line means that holds these names and values, one after the other.
fn arguments(words: &[&str]) -> ConfigArgs {
    let words = words.chunks(2).flat_map(|pair| [format!("--{}", pair[0]), pair[1].to_owned()]);
    Line::parse_from(std::iter::once("leveret".to_owned()).chain(words)).config
}

pub(super) fn flags(words: &[&str]) -> BrokerFlags {
    arguments(words).broker
}

#[test]
fn flags_describe_one_broker() {
    let flags = flags(&[
        "management-url",
        "https://rabbit:15671",
        "prometheus-url",
        "http://a:15692,http://b:15692",
        "prometheus-url",
        "http://c:15692",
        "password-file",
        "Cargo.toml",
        "poll-interval",
        "2s",
    ]);
    let config = flags.config(&|_| Some("ann".into())).expect("nothing is wrong");
    let broker = config.connection("main").expect("the default name");
    assert!(matches!(&broker.prometheus, Some(PrometheusNodes::Urls(urls)) if urls.len() == 3));
    let credentials = broker.credentials.as_ref().expect("credentials");
    assert_eq!(credentials.username, SecretRef::Env("LEVERET_USERNAME".to_owned()));
    assert_eq!(credentials.password, SecretRef::File("Cargo.toml".into()));
    assert_eq!(broker.poll_interval, Duration::from_secs(2));
    assert_eq!(broker.timeout, Duration::from_millis(1600));
    assert_eq!(broker.broker.max_sample_age, Duration::from_secs(30));
}

#[test]
fn problems_name_the_flags() {
    let flags = flags(&[
        "broker-name",
        "a b",
        "management-url",
        "https://ann:hunter2@rabbit",
        "key-file",
        "Cargo.toml",
        "poll-interval",
        "5",
        "timeout",
        "5s",
    ]);
    assert!(!format!("{flags:?}").contains("hunter2"));
    let problems = flags.config(&|_| None).expect_err("much is wrong").to_string();
    let expected = "\
5 problems in flags and environment

`--broker-name` (`LEVERET_BROKER_NAME`): this is not a valid name
  help: use letters, digits and, between them, `-`, `_` or `.`: HPAs select by it, and a label holds nothing else

`--management-url` (`LEVERET_MANAGEMENT_URL`): the URL holds a user or a password
  help: remove it from the URL and give it as a file or in the environment: URLs end up in logs

`--management-url` (`LEVERET_MANAGEMENT_URL`): the management API needs credentials
  help: add `--username-file` and `--password-file`, or set `LEVERET_USERNAME` and `LEVERET_PASSWORD`

`--key-file` (`LEVERET_KEY_FILE`): a client certificate also needs `--cert-file`
  help: add `--cert-file`

`--poll-interval` (`LEVERET_POLL_INTERVAL`): `5` has no unit
  help: write `5s` for seconds or `5ms` for milliseconds";
    assert_eq!(problems, expected, "\n{problems}\n");
}

#[test]
fn a_file_and_flags_exclude_each_other() {
    let both = arguments(&["config", "leveret.yaml", "prometheus-dns", "rabbit", "timeout", "3s"]);
    let expected = "\
1 problem in flags and environment

flags and environment: `--config` is given together with `--prometheus-dns`, `--timeout`
  help: write the broker into the file, or leave out `--config`";
    assert_eq!(both.load().expect_err("both are given").to_string(), expected);
}

#[test]
fn neither_a_file_nor_flags() {
    let problems = BrokerFlags::default().config(&|_| None).expect_err("nothing is given").to_string();
    let expected = "\
1 problem in flags and environment

flags and environment: this broker has no source: nothing says where to read it
  help: add `--management-url`, `--prometheus-url` or `--prometheus-dns`, or `--config` with a file";
    assert_eq!(problems, expected, "\n{problems}\n");
}
