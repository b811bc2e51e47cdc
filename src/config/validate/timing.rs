//! How often a broker is read, how long a read may take, and how long its numbers hold.

use std::time::Duration;

use crate::config::findings::Findings;
use crate::config::model;
use crate::config::setting::{Given, Setting};
use leveret_runtime::duration::{read, show_duration};

/// The default of `pollInterval`.
const POLL_INTERVAL: Duration = Duration::from_secs(5);
/// The default of `timeout`, if that is shorter than four fifths of the poll interval.
const TIMEOUT: Duration = Duration::from_secs(4);
/// The default of `maxSampleAge`, if that is longer than three poll intervals.
const MAX_SAMPLE_AGE: Duration = Duration::from_secs(30);

/// A broker's three durations.
pub(super) struct Timing {
    pub(super) poll_interval: Duration,
    pub(super) timeout: Duration,
    pub(super) max_sample_age: Duration,
}

/// The durations as written, or their defaults.
pub(super) fn timing(model: &model::Broker, findings: &mut Findings) -> Option<Timing> {
    let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
    let poll = duration(&model.poll_interval, second, 5 * minute, findings);
    let timeout = duration(&model.timeout, Duration::from_millis(100), 5 * minute, findings);
    let age = duration(&model.max_sample_age, 2 * second, 60 * minute, findings);
    let poll_interval = poll.or(POLL_INTERVAL)?;
    let [poll_key, timeout_key] = ["pollInterval", "timeout"].map(|key| findings.key(key));

    if let Setting::Given(Given { value: timeout, place }) = &timeout
        && *timeout >= poll_interval
    {
        let reason = format!("{} is not shorter than {poll_key}, which is {}", show(*timeout), show(poll_interval));
        let advice = format!("a read must end before the next begins: shorten {timeout_key} or lengthen {poll_key}");
        findings.add(*place, reason, advice);
    }
    if let Setting::Given(Given { value: age, place }) = &age
        && *age < 2 * poll_interval
    {
        let reason = format!("{} is less than twice {poll_key}, which is {}", show(*age), show(poll_interval));
        let advice = format!("one late read would stop every HPA: write at least {}", show(2 * poll_interval));
        findings.add(*place, reason, advice);
    }
    Some(Timing {
        poll_interval,
        timeout: timeout.or(TIMEOUT.min(poll_interval * 4 / 5))?,
        max_sample_age: age.or(MAX_SAMPLE_AGE.max(poll_interval * 3))?,
    })
}

/// A duration within its bounds.
fn duration(setting: &Setting<String>, min: Duration, max: Duration, findings: &mut Findings) -> Setting<Duration> {
    let Given { value: text, place } = match setting {
        Setting::Absent => return Setting::Absent,
        Setting::Invalid => return Setting::Invalid,
        Setting::Given(given) => given,
    };
    let (reason, advice) = match read(text) {
        Ok(value) if (min..=max).contains(&value) => return Setting::Given(Given { value, place: *place }),
        Ok(value) => {
            (format!("{} is out of bounds", show(value)), format!("choose from {} to {}", show(min), show(max)))
        }
        // A number may be repeated, any other text may be a secret.
        Err((reason, advice)) if text.chars().all(|c| c.is_ascii_digit()) => (reason, advice),
        Err((_, advice)) => ("this is not a duration".to_owned(), advice),
    };
    findings.add(*place, reason, advice);
    Setting::Invalid
}

fn show(duration: Duration) -> String {
    format!("`{}`", show_duration(duration))
}
