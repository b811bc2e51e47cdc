//! Patterns for names of queues and virtual hosts. They always mean the whole name.

use regex::{Regex, RegexBuilder};

use crate::config::findings::Findings;
use crate::config::setting::Given;

/// The longest pattern.
const LENGTH_MAX: usize = 1024;
/// The largest compiled pattern; counted repetitions grow without bound otherwise.
const COMPILED_BYTES_MAX: usize = 1 << 20;

/// Why a pattern is not what was written.
const QUOTES: &str = "write it in single quotes: in double quotes YAML itself reads each `\\`";

/// The pattern, anchored at both ends.
pub(super) fn pattern(given: &Given<String>, findings: &mut Findings) -> Option<Regex> {
    if given.value.len() > LENGTH_MAX {
        let reason = format!("the pattern has {} bytes", given.value.len());
        findings.add(given.place, reason, format!("the limit is {LENGTH_MAX}: divide the backlog, or list the names"));
        return None;
    }
    if given.value.contains(char::is_control) {
        let reason = "the pattern contains a control character";
        findings.add(given.place, reason, format!("{QUOTES}, so that `\\b` is a backspace"));
        return None;
    }
    // `a)|(b` is only correct inside other parentheses, and `a\` changes what follows: such patterns are tried alone first.
    let alone =
        if given.value.contains(')') || given.value.ends_with('\\') { compile(&given.value).err() } else { None };
    let compiled = alone.map_or_else(|| compile(&format!("^(?:{})$", given.value)), Err);
    match compiled {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            let (reason, advice) = explain(&error);
            findings.add(given.place, reason, advice);
            None
        }
    }
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(COMPILED_BYTES_MAX).build()
}

fn explain(error: &regex::Error) -> (String, &'static str) {
    match error {
        regex::Error::CompiledTooBig(_) => {
            ("the pattern is too large when compiled".to_owned(), "use smaller counts in `{…}`, or list the names")
        }
        error => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
            let advice = if last.starts_with("look-around") {
                "leave names out with `exclude`, as in `{match: 'orders\\..*', exclude: '.*\\.dlq'}`"
            } else if last.starts_with("backreferences") {
                "list the names, or divide the backlog"
            } else {
                "put `\\` before a special character that is meant literally, as in `orders\\..*`"
            };
            (format!("this is not a regular expression: {last}"), advice)
        }
    }
}
