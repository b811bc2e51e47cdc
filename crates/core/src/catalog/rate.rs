//! Rates from cumulative counters.

use crate::observation::{Absence, QueueReading, Reading};
use crate::snapshot::QueueState;

/// Why there is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoRate {
    /// The counter itself is absent.
    Absent(Absence),
    /// It was observed only once, and a rate takes two observations.
    FirstSample,
    /// It is smaller than before: the broker, or what it counts on, restarted.
    Reset,
    /// The two observations come from different nodes or sources, which count from different beginnings.
    OtherCoverage,
}

/// The increase per second of a counter over the last trusted observations of a queue: over one to two times
/// [`RATE_WINDOW`](crate::snapshot::RATE_WINDOW) once there are that many.
pub(super) fn rate(queue: &QueueState, counter: impl Fn(&QueueReading) -> Reading) -> Result<f64, NoRate> {
    let latest = &queue.latest;
    let now = match counter(&latest.reading) {
        Reading::Present(count) => count,
        Reading::Absent(why) => return Err(NoRate::Absent(why)),
    };
    let previous = queue.previous.as_ref().ok_or(NoRate::FirstSample)?;
    let before = counter(&previous.reading).present().ok_or(NoRate::FirstSample)?;
    if previous.coverage != latest.coverage || previous.reading.counted_by != latest.reading.counted_by {
        return Err(NoRate::OtherCoverage);
    }
    let increase = now.checked_sub(before).ok_or(NoRate::Reset)?;
    let seconds = latest.at.since(previous.at).as_secs_f64();
    if seconds <= 0.0 {
        return Err(NoRate::FirstSample);
    }
    #[expect(clippy::cast_precision_loss, reason = "an increase of 2^53 between two polls is beyond any broker")]
    Ok(increase as f64 / seconds)
}
