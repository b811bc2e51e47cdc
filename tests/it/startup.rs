//! What a program that cannot start says.

use std::process::{Command, Output};

use serde_json::Value;

use crate::support::parts;

/// The message about a start without any flags.
const REQUIRED: &str = "the API needs a certificate: give `--tls-cert-file` and `--tls-key-file`";

#[test]
fn an_error_at_the_start_has_the_form_of_the_log() {
    let json = serve("json");
    let line: Value = serde_json::from_slice(&json.stderr).expect("one JSON object");
    assert_eq!((json.status.code(), &line["level"]), (Some(2), &Value::from("ERROR")));
    let error = line["error"].as_str().expect("the error is a text");
    assert!(error.starts_with(REQUIRED), "{error}");

    let text = serve("text");
    let written = String::from_utf8(text.stderr).expect("it is text");
    assert_eq!((text.status.code(), written), (Some(2), format!("leveret: {error}\n")));
}

/// A start that gives no broker and no certificate.
fn serve(format: &str) -> Output {
    let mut command = Command::new(parts::program("leveret"));
    command.args(["serve", "--log-format", format]).output().expect("Leveret can be started")
}
