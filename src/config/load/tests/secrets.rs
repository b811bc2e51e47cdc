//! No secret is ever shown, wherever a user writes it.

use proptest::prelude::*;

use super::{BROKER, refused};
use crate::config::Config;

const SECRET: &str = "hunter2";

#[test]
fn no_problem_shows_a_secret() {
    for wrong in [
        "management: {url: 'https://ann:hunter2@rabbit'}",
        "management: {url: 'https://ann:hunter2@rabbit:port', colour: red}",
        "management: {url: \"https://ann:hunter2\n    @rabbit\", colour: red}",
        "management: {'https://ann:hunter2@rabbit': }",
        "management: https://ann:hunter2@rabbit",
        "management: [https://ann:hunter2@rabbit]",
        "prometheus: {dns: 'bob:hunter2secret@h:1'}",
        "prometheus: {dns: 'hunter2secret@h', colour: red}",
        "prometheus: {dns: h, dns: 'hunter2secret@h'}",
        "prometheus: {urls: ['hunter2secret@h']}",
        "prometheus: bob:hunter2@h",
        "prometheus: {dns: bob:hunter2 #3@h\n    }",
        "prometheus: {dns: 'bob:hunter2%40h'}",
        "prometheus: {dns: \"bob:hunter2@h",
        "prometheus: {urls: [\n    bob:hunter2@h",
        "management: {url: 'http://h/?token=hunter2secret'}",
        "management: {url: 'http://h/#hunter2secret', colour: red}",
        "management: http://h/?token=hunter2secret",
        "management: {url: \"http://h/?token=hunter2",
        "credentials: {username: hunter2, password: hunter2}",
        "credentials: {usernameEnv: hunter2, passwordEnv: hunter2}",
        "credentials: {pasword: hunter2, colour: red}",
        "credentials: {passwordFile: [hunter2]}",
        "credentials: [ann, hunter2]",
        "credentials: hunter2",
        "password: |\n    hunter2\n  colour: red",
        "password: *hunter2",
        "password: \"hunter2",
        "password: !!binary hunter2",
        "password: !!int hunter2",
        "pasword: \"hunter2",
        "pasword: hunter2: x",
        "? [hunter2]\n  : x",
        "x: &hunter2 [*hunter2]",
    ] {
        let problems = refused(&format!("{BROKER}  {wrong}\n"));
        assert!(!problems.contains(SECRET), "{wrong}\n{problems}");
    }
}

#[test]
fn no_source_shows_a_secret() {
    for source in [
        "prometheus: {dns: 'bob:hunter2secret@h:1'}",
        "prometheus: {dns: 'hunter2secret@h'}",
        "prometheus:\n    dns: hunter2secret@h",
        "prometheus: {dns: 'http://h/?token=hunter2secret', colour: red}",
        "prometheus: {dns: bob:hunter2 #3@h\n    }",
        "prometheus:\n    dns: \"bob:\n      hunter2@h\"",
        "prometheus: {urls: [h, 'bob:hunter2@h', 'http://h#hunter2']}",
        "management: {url: 'http://h/?token=hunter2secret'}",
        "management: {url: 'http://h/#hunter2secret', colour: red}",
    ] {
        let problems = refused(&format!("brokers:\n- name: main\n  {source}\n"));
        assert!(!problems.contains(SECRET), "{source}\n{problems}");
    }
}

#[test]
fn urls_with_a_password_are_refused() {
    let problems = refused("brokers:\n- name: main\n  prometheus: {urls: ['http://ann:hunter2@rabbit']}\n");
    let expected = "\
1 problem in leveret.yaml

leveret.yaml:3:23: the URL holds a user or a password
  = help: remove it from the URL and give it as a file or in the environment: URLs end up in logs";
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
        if let Err(problems) = Config::from_yaml("leveret.yaml", &text) {
            let shown = format!("{problems} {problems:?}");
            prop_assert!(problems.count() > 0);
            prop_assert!(!shown.contains(SECRET), "{shown}");
        }
        drop(Config::from_bytes("leveret.yaml", Ok(&bytes)));
    }

    #[test]
    fn a_secret_anywhere_in_a_url_stays_there(before in "[a-z :/.%]{0,8}", after in "[a-z :/.%]{0,8}") {
        let url = format!("https://{before}:hunter2{after}@rabbit");
        for yaml in [format!("{BROKER}  management: {{url: '{url}'}}\n"), format!("{BROKER}  management: {{'{url}': x}}\n")] {
            if let Err(problems) = Config::from_yaml("leveret.yaml", &yaml) {
                prop_assert!(!problems.to_string().contains(SECRET), "{problems}");
            }
        }
    }
}

#[test]
fn aliases_cannot_multiply_without_end() {
    let nine = |n: u32| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", "));
    let yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned() + &(1..9).map(nine).collect::<String>();
    assert!(refused(&yaml).contains("problem in leveret.yaml"));
    assert!(refused(&"[".repeat(100_000)).contains("problem in leveret.yaml"));
}
