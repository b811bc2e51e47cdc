//! How often a broker is read, how long a read may take, and how long its numbers hold.

use std::time::Duration;

use crate::config::keys::Origin;
use crate::config::problem::Findings;
use crate::config::raw::{Field, Given, RawBroker};
use leveret_runtime::duration::{read, show_duration};

/// The default of `pollInterval`.
pub(in crate::config) const POLL_INTERVAL: Duration = Duration::from_secs(5);
/// The default of `timeout`, if that is shorter than four fifths of the poll interval.
pub(in crate::config) const TIMEOUT: Duration = Duration::from_secs(4);
/// The default of `maxSampleAge`, if that is longer than three poll intervals.
pub(in crate::config) const MAX_SAMPLE_AGE: Duration = Duration::from_secs(30);

/// A broker's three durations.
pub(super) struct Timing {
    pub(super) poll_interval: Duration,
    pub(super) timeout: Duration,
    pub(super) max_sample_age: Duration,
}

/// The durations as written, or their defaults.
pub(super) fn timing(raw: &RawBroker, origin: Origin, findings: &mut Findings) -> Option<Timing> {
    let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
    let [poll_key, timeout_key, age_key] = ["pollInterval", "timeout", "maxSampleAge"].map(|key| origin.name(key));
    let poll = duration(&raw.poll_interval, poll_key, second, 5 * minute, findings);
    let timeout = duration(&raw.timeout, timeout_key, Duration::from_millis(100), 5 * minute, findings);
    let age = duration(&raw.max_sample_age, age_key, 2 * second, 60 * minute, findings);
    let poll_interval = poll.or(POLL_INTERVAL)?;

    if let Field::Given(Given { value: timeout, place }) = &timeout
        && *timeout >= poll_interval
    {
        let reason =
            format!("`{timeout_key}` {} is not shorter than `{poll_key}` {}", show(*timeout), show(poll_interval));
        let advice =
            format!("a read must end before the next begins: shorten `{timeout_key}` or lengthen `{poll_key}`");
        findings.add(place, reason, advice);
    }
    if let Field::Given(Given { value: age, place }) = &age
        && *age < 2 * poll_interval
    {
        let reason = format!("`{age_key}` {} is shorter than two `{poll_key}` of {}", show(*age), show(poll_interval));
        let advice = format!("one late read would stop every HPA: write at least {}", show(2 * poll_interval));
        findings.add(place, reason, advice);
    }
    Some(Timing {
        poll_interval,
        timeout: timeout.or(TIMEOUT.min(poll_interval * 4 / 5))?,
        max_sample_age: age.or(MAX_SAMPLE_AGE.max(poll_interval * 3))?,
    })
}

/// A duration within its bounds.
fn duration(
    field: &Field<String>,
    key: &str,
    min: Duration,
    max: Duration,
    findings: &mut Findings,
) -> Field<Duration> {
    let given = match field {
        Field::Absent => return Field::Absent,
        Field::Broken => return Field::Broken,
        Field::Given(given) => given,
    };
    let (reason, advice) = match read(&given.value) {
        Ok(value) if (min..=max).contains(&value) => {
            return Field::Given(Given { value, place: given.place.clone() });
        }
        Ok(value) => {
            (format!("`{key}` cannot be {}", show(value)), format!("choose from {} to {}", show(min), show(max)))
        }
        Err(problem) => problem,
    };
    findings.add(&given.place, reason, advice);
    Field::Broken
}

fn show(duration: Duration) -> String {
    format!("`{}`", show_duration(duration))
}
