//! Leveret's configuration.

use std::fmt::Write as _;

use crate::plan::{MAX_SAMPLE_AGE, POLL_INTERVAL, SETUPS, Setup};
use crate::real::Sections;
use crate::serve::Ports;

/// How long one read may take. It must be less than `pollInterval`.
const TIMEOUT_MS: u32 = 900;

/// The text of the file, where `ports` are those of [`SETUPS`], `replacement` is configured as `replaced` and `real` is about the
/// real brokers.
pub(crate) fn text(ports: &[Ports], replacement: usize, real: &Sections) -> String {
    let mut text = String::from("brokers:\n");
    let mut backlogs = String::from("backlogs:\n");
    for ((index, setup), ports) in SETUPS.iter().enumerate().zip(ports) {
        if !setup.replaces || index == replacement {
            broker(&mut text, setup, ports);
            backlogs_of(&mut backlogs, setup);
        }
    }
    text + &real.brokers + &backlogs + &real.backlogs
}

fn broker(text: &mut String, setup: &Setup, ports: &Ports) {
    let (interval, age) = (POLL_INTERVAL.as_secs(), MAX_SAMPLE_AGE.as_secs());
    let _ = writeln!(text, "- name: {}", setup.alias());
    let _ = writeln!(text, "  pollInterval: {interval}s\n  timeout: {TIMEOUT_MS}ms\n  maxSampleAge: {age}s");
    if !ports.prometheus.is_empty() {
        let urls: Vec<_> = ports.prometheus.iter().map(|port| format!("\"http://127.0.0.1:{port}\"")).collect();
        let _ = writeln!(text, "  prometheus: {{urls: [{}]}}", urls.join(", "));
    }
    if let Some(port) = ports.management {
        let _ = writeln!(text, "  management: {{url: \"http://127.0.0.1:{port}\"}}");
        let _ = writeln!(text, "  credentials: {{usernameFile: username, passwordFile: password}}");
    }
}

fn backlogs_of(text: &mut String, setup: &Setup) {
    let mut add = |name: &str, queues: &str, when_missing: &str| {
        let broker = setup.alias();
        let _ = writeln!(text, "- name: {broker}-{name}\n  broker: {broker}");
        let _ = writeln!(text, "  queues: {queues}\n  whenMissing: {when_missing}");
    };
    add("named", "{names: [steady-0, ghost-1]}", "zero");
    if setup.pattern {
        add("comes", "{names: [comes-0, comes-1]}", "zero");
        add("pattern", "{match: 'steady-.*'}", "error");
        add("empty", "{match: 'comes-.*'}", "zero");
        add("nothing", "{match: 'ghost-.*'}", "zero");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::REPLACED;

    #[test]
    fn the_replaced_broker_is_configured_once() {
        let ports = vec![Ports { prometheus: vec![1], management: None }; SETUPS.len()];
        let text = text(&ports, SETUPS.len() - 1, &Sections::default());
        assert_eq!(text.matches(&format!("name: {REPLACED}\n")).count(), 1, "{text}");
        assert!(!text.contains("name: east"), "{text}");
    }
}
