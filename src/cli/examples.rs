//! Command lines to begin with, for the help and the manual pages.

/// What each is for, and how it is written; lines that go on end with `\`.
pub type Example = (&'static str, &'static str);

/// Those of the program.
pub const PROGRAM: [Example; 3] = [
    (
        "Read a broker on this machine, and answer programs on this machine:",
        "leveret serve --without-cluster --credentials-dir credentials \\\n  --prometheus-url http://127.0.0.1:15692",
    ),
    ("Show the manual page of a command:", "leveret man serve | man -l -"),
    ("Complete commands and flags in this shell:", "source <(leveret completions bash)"),
];

/// Those of `leveret serve`.
pub const SERVE: [Example; 3] = [
    (
        "In a pod, with brokers and backlogs in a file:",
        "leveret serve --config /etc/leveret/leveret.yaml \\\n  --tls-cert-file /etc/leveret/tls/tls.crt --tls-key-file \
         /etc/leveret/tls/tls.key",
    ),
    (
        "One broker without a file, from both of its sources:",
        "leveret serve --prometheus-dns rabbit-nodes:15692 --management-url http://rabbit:15672 \\\n  --username-file \
         username --password-file password \\\n  --tls-cert-file tls.crt --tls-key-file tls.key",
    ),
    PROGRAM[0],
];

/// The exit statuses.
pub const EXIT_STATUS: &str = "0 success, 2 usage or startup error.";

/// What stands below the flags in the help.
pub fn help(examples: &[Example]) -> String {
    let example = |(what, line): &Example| format!("  {what}\n    {}\n", line.replace('\n', "\n    "));
    let lines: String = examples.iter().map(example).collect();
    format!("Examples:\n{lines}\nExit status: {EXIT_STATUS}")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn examples_are_command_lines() {
        for (_, line) in PROGRAM.iter().chain(&SERVE) {
            let line = line.replace("\\\n", "");
            let line = line.trim_start_matches("source <(").trim_end_matches(')');
            let words = line.split(" | ").next().expect("a command").split_whitespace();
            Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{line}\n{error}"));
        }
    }
}
