//! No secret is ever shown, wherever a user writes it.

use proptest::prelude::*;

use super::flags::flags;
use super::{BROKER, refused};
use crate::config::{Config, Credentials};
use leveret_runtime::secret::SecretRef;

const SECRET: &str = "hunter2";

/// A configuration with a value for every key, each on a line of its own, a list's element included.
const EVERYTHING: &str = "\
brokers:
- name: main
  management:
    url: https://rabbit.example:15671
  prometheus:
    dns: https://rabbit
    serverName: any.rabbit
    urls:
    - http://rabbit:15692
  credentials:
    usernameFile: Cargo.toml
    usernameEnv: LEVERET_USERNAME
    passwordFile: Cargo.toml
    passwordEnv: LEVERET_PASSWORD
  tls:
    caFile: Cargo.toml
    certFile: Cargo.toml
    keyFile: Cargo.toml
  defaultVhost: /
  pollInterval: 5s
  timeout: 4s
  maxSampleAge: 30s
backlogs:
- name: orders
  broker: main
  vhost: shop
  vhosts:
    match: 'shop'
    exclude: 'test'
  queues:
    names:
    - a
    match: 'orders'
    exclude: 'dlq'
  aggregate: sum
  whenMissing: error
- name: several
  vhosts:
  - shop
";

/// The forms in which a secret may be written: alone, in a URL, in a pattern, as a list, as keys, as a block.
const FORMS: [&str; 16] = [
    "hunter2",
    "'hunter2'",
    "hunter2 #3",
    "https://ann:hunter2@rabbit",
    "https://hunter2@rabbit:port",
    "http://h/?token=hunter2",
    "bob:hunter2@h:1",
    "'bob:hunter2%40h'",
    "'(hunter2'",
    "[hunter2]",
    "{hunter2: x}",
    "{hunter2, x}",
    "|\n      hunter2",
    "!!binary hunter2",
    "&hunter2 x",
    "*hunter2",
];

/// Checks what is shown of a secret, and of one in its place that consists of letters only, as names of keys do.
fn assert_hidden(yaml: &str) {
    const LETTERS: &str = "correcthorse";
    if !yaml.contains("hunter2: ") {
        assert_one_hidden(&yaml.replace(SECRET, LETTERS), LETTERS);
    }
    assert_one_hidden(yaml, SECRET);
}

fn assert_one_hidden(yaml: &str, secret: &str) {
    if let Err(problems) = Config::from_yaml("leveret.yaml", yaml) {
        assert!(problems.count() > 0, "{yaml}");
        let shown = format!("{problems} {problems:?}");
        assert!(!shown.contains(secret), "{yaml}\n{shown}");
    }
}

#[test]
fn a_secret_as_the_value_of_any_key_is_not_shown() {
    let lines: Vec<&str> = EVERYTHING.lines().collect();
    let mut changed = 0;
    for (n, line) in lines.iter().enumerate() {
        let Some(at) = line.find(": ").map(|at| at + 2).or_else(|| line.find("- ").map(|at| at + 2)) else { continue };
        changed += 1;
        for form in FORMS {
            // Also with an unknown key and with a broken end, which are reported in other ways.
            for end in ["", "colour: red\n", "? [\n"] {
                let mut yaml = lines.clone();
                let line = format!("{}{form}", &line[..at]);
                yaml[n] = &line;
                assert_hidden(&format!("{}\n{end}", yaml.join("\n")));
            }
        }
    }
    assert_eq!(changed, 28, "every line with a value");
}

#[test]
fn every_key_is_among_them() {
    let schema = crate::config::documented::schema();
    let definitions = schema["$defs"].as_object().expect("the schema has definitions").values();
    for structure in definitions.chain([&schema]) {
        for key in structure["properties"].as_object().expect("a structure has keys").keys() {
            assert!(EVERYTHING.contains(&format!(" {key}:")) || EVERYTHING.contains(&format!("{key}:\n")), "`{key}`");
        }
    }
}

#[test]
fn a_secret_under_an_unknown_key_or_in_a_wrong_shape_is_not_shown() {
    for key in ["password", "pasword", "colour", "credentials", "management", "prometheus", "tls", "5", "? [a]\n  "] {
        for form in FORMS {
            let yaml = format!("{BROKER}  {key}: {form}\n");
            assert_hidden(&yaml);
            assert!(Config::from_yaml("leveret.yaml", &yaml).is_err(), "{yaml}");
        }
    }
    for key in ["brokers", "backlogs", "colour"] {
        for form in FORMS {
            assert_hidden(&format!("{key}: {form}\n"));
            assert_hidden(&format!("{key}:\n- {form}\n"));
        }
    }
}

#[test]
fn a_secret_as_the_value_of_any_flag_is_not_shown() {
    for flag in crate::config::flags::FLAGS {
        for value in ["hunter2", "https://ann:hunter2@rabbit", "bob:hunter2@h:1", "http://h/?token=hunter2"] {
            let flags = flags(&[flag.name, value]);
            assert!(!format!("{flags:?}").contains(SECRET), "{}", flag.name);
            if let Err(problems) = flags.config(&|_| None) {
                assert!(!problems.to_string().contains(SECRET), "{}\n{problems}", flag.name);
            }
        }
    }
}

#[test]
fn a_secret_that_looks_like_the_name_of_a_variable_is_not_shown() {
    let problems = refused(&format!("{BROKER}  credentials: {{usernameEnv: CARGO_PKG_NAME, passwordEnv: HUNTER_2}}\n"));
    let expected = "\
1 problem in leveret.yaml

leveret.yaml:4:59: `brokers[0].credentials.passwordEnv`: the environment variable is not set
  help: set it where the program is started; write the variable's name here, such as `RABBIT_PASSWORD`, never the secret \
itself";
    assert_eq!(problems, expected, "\n{problems}\n");
    let login = Credentials { username: SecretRef::Env("ANN_1".into()), password: SecretRef::Env("HUNTER_2".into()) };
    assert_eq!(
        login.read().expect_err("neither is set"),
        "cannot use `credentials.usernameEnv` (`LEVERET_USERNAME`): the environment variable is not set; set it where the \
         program is started"
    );
}

#[test]
fn urls_with_a_password_are_refused() {
    let problems = refused("brokers:\n- name: main\n  prometheus: {urls: ['http://ann:hunter2@rabbit']}\n");
    let expected = "\
1 problem in leveret.yaml

leveret.yaml:3:23: `brokers[0].prometheus.urls[0]`: the URL holds a user or a password
  help: remove it from the URL and give it as a file or in the environment: URLs end up in logs";
    assert_eq!(problems, expected, "\n{problems}\n");
}

/// Bits of configurations, for files that are almost right.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "brokers:",
        "backlogs:",
        "\n",
        "\n  ",
        "\n- ",
        "name: a",
        "{",
        "}",
        "[",
        "]",
        ", ",
        ": ",
        "prometheus:",
        "urls:",
        "queues:",
        "match: '(a'",
        "names:",
        "&a ",
        "*a",
        "<<: *a",
        "\"",
        "'",
        "|\n",
        "#",
        "---",
        "pollInterval: 5",
        "? ",
        "!!binary ",
        "é",
        "\t",
        "https://a:b@c",
        "password: hunter2",
        "credentials:",
        "management:",
        "url:",
        "null",
        ".nan",
    ];
    prop_oneof![8 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

proptest! {
    #[test]
    fn nothing_that_is_read_panics(pieces in prop::collection::vec(piece(), 0..40), bytes in any::<Vec<u8>>()) {
        let text = pieces.concat();
        assert_hidden(&text);
        drop(Config::from_bytes("leveret.yaml", Ok(&bytes)));
    }

    #[test]
    fn a_secret_anywhere_in_a_file_stays_there(at in 0..=EVERYTHING.len(), before in "[\\n :'\"{,*&!-]{0,3}", after in "[\\n :'\"},#-]{0,3}") {
        let yaml = format!("{}{before}hunter2{after}{}", &EVERYTHING[..at], &EVERYTHING[at..]);
        assert_one_hidden(&yaml, SECRET);
    }

    #[test]
    fn a_secret_anywhere_in_a_url_stays_there(before in "[a-z :/.%]{0,8}", after in "[a-z :/.%]{0,8}") {
        let url = format!("https://{before}:hunter2{after}@rabbit");
        for yaml in [format!("{BROKER}  management: {{url: '{url}'}}\n"), format!("{BROKER}  management: {{'{url}': x}}\n")] {
            assert_hidden(&yaml);
        }
    }
}
