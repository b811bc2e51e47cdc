//! No password in a URL.

use std::process::Command;

#[test]
fn a_url_with_a_password_is_refused_with_advice_and_without_the_password() {
    for program in [env!("CARGO_BIN_EXE_task-producer"), env!("CARGO_BIN_EXE_task-consumer")] {
        let output = Command::new(program).args(["--amqp-url", "amqp://user:hunter2@127.0.0.1"]).output().unwrap();
        let log = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{log}");
        assert!(log.contains("--password-file"), "{log}");
        assert!(!log.contains("hunter2"), "{log}");
    }
}
