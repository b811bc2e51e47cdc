//! What a program that cannot start says.

use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::parts;

/// The message about a start without any flags.
const REQUIRED: &str = "the API needs a certificate: give `--tls-cert-file` and `--tls-key-file`";

#[test]
fn an_error_at_the_start_has_the_form_of_the_log() {
    let json = serve("json");
    let lines: Vec<Value> = json
        .stderr
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| serde_json::from_slice(line).expect("a JSON object"))
        .collect();
    let [problem, end] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(
        (json.status.code(), &end["level"], &end["message"]),
        (Some(2), &json!("ERROR"), &json!("leveret cannot run"))
    );
    let error = end["error"].as_str().expect("the error is a text");
    assert!(error.starts_with(REQUIRED) && error.ends_with("; 1 problem in flags and environment"), "{error}");
    assert_eq!(problem["message"], "a problem of the configuration");

    let text = serve("text");
    let written = String::from_utf8(text.stderr).expect("it is text");
    assert_eq!(text.status.code(), Some(2));
    let fields = ["place", "error", "help"].map(|field| problem[field].as_str().expect("a text"));
    let [place, error, help] = fields;
    assert!(written.ends_with(&format!("\n\n{place}: {error}\n  help: {help}\n")), "{written}");
    assert!(written.starts_with(&format!("leveret: {REQUIRED}")), "{written}");
}

/// A start that gives no broker and no certificate.
fn serve(format: &str) -> Output {
    let mut command = Command::new(parts::program("leveret"));
    command.args(["serve", "--log-format", format]).output().expect("Leveret can be started")
}
