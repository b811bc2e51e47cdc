//! The documentation of the series is held to the series themselves.

use std::collections::BTreeSet;
use std::time::Duration;

use prometheus::core::Collector as _;
use prometheus::proto::MetricFamily;

use super::queue_gauges::Gauges;
use super::{Instruments, LogLines};
use leveret_core::observation::{Failure, FailureKind, SourceKind};
use leveret_runtime::log::LinesDropped;

/// Every family that Leveret can show of itself, each with one series.
fn families() -> Vec<MetricFamily> {
    let instruments = Instruments::new().expect("the names are declared once");
    let failure = Failure { kind: FailureKind::Connect, message: String::new() };
    instruments.expect_broker("main", SourceKind::ALL.into_iter());
    instruments.paced("main", Duration::ZERO);
    instruments.polled("main", Err(&failure), Duration::ZERO);
    instruments.answered("rabbitmq_queue_messages", Ok(()), Duration::ZERO);
    instruments.certificate_expires(Some(jiff::Timestamp::UNIX_EPOCH));
    instruments.requested("values", 200, Duration::ZERO);
    let own = instruments.registry().gather().into_iter().filter(|family| family.name().starts_with("leveret_"));
    let own = own.chain(LogLines::new(LinesDropped::default()).expect("a valid name").collect());
    own.chain(Gauges::new().expect("the names are declared once").examples()).collect()
}

/// The shipped alerts.
const ALERTS: &str = include_str!("../../manifests/components/prometheus/leveret-alerts.yml");

fn line(family: &MetricFamily) -> String {
    let labels: Vec<String> =
        family.get_metric()[0].get_label().iter().map(|label| format!("`{}`", label.name())).collect();
    let kind = format!("{:?}", family.get_field_type()).to_lowercase();
    format!("| `{}` | {kind} | {} | {} |", family.name(), labels.join(", "), family.help())
}

#[test]
fn every_series_is_documented_and_no_other() {
    let documentation = include_str!("../../docs/telemetry.md");
    let documented: BTreeSet<String> =
        documentation.lines().filter(|line| line.starts_with("| `leveret_")).map(str::to_owned).collect();
    let lines: BTreeSet<String> = families().iter().map(line).collect();
    let missing: Vec<_> = lines.difference(&documented).cloned().collect();
    let wrong: Vec<_> = documented.difference(&lines).cloned().collect();
    assert!(
        missing.is_empty() && wrong.is_empty(),
        "docs/telemetry.md lacks\n{}\nand has\n{}",
        missing.join("\n"),
        wrong.join("\n")
    );
}

#[test]
fn alerts_ask_for_series_that_there_are() {
    let names: BTreeSet<String> = families().iter().map(|family| family.name().to_owned()).collect();
    let pattern = regex::Regex::new(r"\bleveret_\w+").expect("a pattern");
    let asked: BTreeSet<&str> = pattern.find_iter(ALERTS).map(|found| found.as_str()).collect();
    assert!(asked.len() >= 6, "{asked:?}");
    for name in asked {
        assert!(names.contains(name), "there is no series `{name}`");
    }
}

#[test]
fn what_to_do_about_each_alert_is_documented() {
    let documentation = include_str!("../../docs/troubleshooting.md");
    let alerts: Vec<&str> = ALERTS.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(alerts.len() >= 7, "{alerts:?}");
    for alert in alerts {
        assert!(documentation.contains(&format!("| `{alert}` |")), "docs/troubleshooting.md lacks `{alert}`");
    }
}
