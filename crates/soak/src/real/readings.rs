//! How Leveret is told to read real brokers.

use std::fmt::Write as _;

use super::broker::RealBroker;
use super::plan::{POLL_INTERVAL, Reading};
use crate::plan::MAX_SAMPLE_AGE;

/// How long one read may take. It must be less than `pollInterval`.
const TIMEOUT_MS: u32 = 1900;

/// The items of the configuration's lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sections {
    /// Of the list `brokers`.
    pub(crate) brokers: String,
    /// Of the list `backlogs`.
    pub(crate) backlogs: String,
}

impl Sections {
    /// Adds a broker, once for each way in which it is read.
    pub(super) fn add(&mut self, broker: &RealBroker) {
        for reading in &broker.setup.readings {
            self.add_broker(broker, reading);
            self.add_backlogs(reading);
        }
    }

    fn add_broker(&mut self, broker: &RealBroker, reading: &Reading) {
        let (interval, age) = (POLL_INTERVAL.as_secs(), MAX_SAMPLE_AGE.as_secs());
        let text = &mut self.brokers;
        let _ = writeln!(text, "- name: {}\n  pollInterval: {interval}s", reading.alias);
        let _ = writeln!(text, "  timeout: {TIMEOUT_MS}ms\n  maxSampleAge: {age}s");
        if reading.prometheus {
            let urls = (0..broker.setup.nodes).map(|number| format!("\"{}\"", broker.node(number).prometheus_url()));
            let _ = writeln!(text, "  prometheus: {{urls: [{}]}}", urls.collect::<Vec<_>>().join(", "));
        }
        if let Some(tag) = reading.tag {
            let prefix = if tag == "monitoring" { "monitoring-" } else { "" };
            let _ = writeln!(text, "  management: {{url: \"{}\"}}", broker.first.management_url());
            let _ = writeln!(text, "  credentials: {{usernameFile: {prefix}username, passwordFile: password}}");
        }
    }

    fn add_backlogs(&mut self, reading: &Reading) {
        let broker = reading.alias;
        let mut add = |name: &str, queues: &str, when_missing: &str| {
            let text = &mut self.backlogs;
            let _ = writeln!(text, "- name: {broker}-{name}\n  broker: {broker}");
            let _ = writeln!(text, "  queues: {queues}\n  whenMissing: {when_missing}");
        };
        add("named", "{names: [quorum-1, ghost-1]}", "zero");
        if reading.pattern {
            add("quorums", "{match: 'quorum-.*'}", "error");
            add("classics", "{match: 'classic-.*'}", "zero");
            add("nothing", "{match: 'ghost-.*'}", "zero");
        }
    }
}
