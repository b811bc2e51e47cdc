//! Signals that do not end the program, and the one that does.

use crate::program::{CONFIG, Program, Stderr};

#[test]
fn a_hangup_reads_the_configuration_again_and_user_signals_change_nothing() {
    let mut leveret = Program::without_cluster(Stderr::File, &["--config", "leveret.yaml"]);
    leveret.logs("external metrics API listening");
    leveret.signal("HUP");
    leveret.logs("reading the configuration file again");
    for (signal, words) in [("USR1", "signal=\"SIGUSR1\""), ("USR2", "signal=\"SIGUSR2\"")] {
        leveret.signal(signal);
        leveret.logs(words);
    }
    std::fs::write(leveret.file("leveret.yaml"), "brokers: none\n").expect("writable");
    leveret.logs("configuration not reloaded");
    std::fs::write(leveret.file("leveret.yaml"), CONFIG.replace("main", "other")).expect("writable");
    leveret.signal("HUP");
    leveret.logs("broker `other` added");
    leveret.page("/livez");
    leveret.stop();
}

#[test]
fn a_hangup_without_a_configuration_file_changes_nothing() {
    let mut leveret = Program::without_cluster(Stderr::File, &["--prometheus-url", "http://127.0.0.1:9"]);
    leveret.logs("external metrics API listening");
    leveret.signal("HUP");
    leveret.logs("signal=\"SIGHUP\"");
    leveret.page("/livez");
    leveret.stop();
}
