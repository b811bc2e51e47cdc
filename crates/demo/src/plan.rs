//! What the demo shows, and when.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};

use super::options::DemoOptions;
use leveret_core::hpa::Spec;
use leveret_core::quantity::Milli;

/// The queue that the reference programs use.
pub(super) const QUEUE: &str = "task_queue";

/// From one reconciliation of the embedded HPA to the next. Kubernetes' default is 15 s; a demo is shorter.
pub(super) const SYNC_INTERVAL: Duration = Duration::from_secs(5);

/// How long the HPA remembers that more consumers were needed. Kubernetes' default is 300 s; a demo is shorter.
pub(super) const STABILIZATION: Duration = Duration::from_secs(15);

/// After this time the bursts begin again.
const CYCLE: Duration = Duration::from_secs(180);

/// The bursts of one cycle: seconds after its beginning, and messages. With the default options each is drained, and its
/// consumers are gone again, before the next one comes. The first waits until Leveret trusts the numbers of a broker that
/// has just started. Each comes three seconds before the HPA looks: it has been read by then, and how soon consumers follow
/// does not hang on a race.
const BURSTS: [(u64, u32); 3] = [(17, 60), (77, 120), (137, 30)];

/// What is going to happen.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// From the beginning to the end.
    pub(super) duration: Duration,
    /// In order.
    pub(super) bursts: Vec<Burst>,
    /// The specification of the HPA.
    pub(super) spec: Spec,
    /// How long a consumer works on a message.
    pub(super) work: Duration,
}

/// Many messages at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Burst {
    /// When, from the beginning.
    pub(super) at: Duration,
    /// How many messages.
    pub(super) messages: u32,
}

impl Plan {
    /// The plan for what was asked; fails when nothing could be shown, or when Kubernetes would not take such an HPA.
    pub(super) fn new(options: &DemoOptions) -> Result<Self> {
        ensure!(!options.duration.is_zero(), "`--duration 0s` leaves no time to show anything; the default is `3m`");
        let (min, max) = (options.min, options.max);
        ensure!(min <= max, "`--max {max}` is less than `--min {min}`");
        let replicas = |count: u32| i32::try_from(count).context("that many consumers cannot be counted");
        let spec = Spec::try_new(replicas(min)?, replicas(max)?, Milli::new(i64::from(options.target) * 1000));
        let spec = spec.map_err(|error| anyhow!(error))?.with_stabilization_window(STABILIZATION);
        Ok(Self { duration: options.duration, bursts: bursts(options.duration), spec, work: options.work })
    }

    /// The first burst after `elapsed`.
    pub(super) fn next_burst(&self, elapsed: Duration) -> Option<Burst> {
        self.bursts.iter().find(|burst| burst.at > elapsed).copied()
    }
}

/// The bursts of a demo that lasts `duration`, in order.
fn bursts(duration: Duration) -> Vec<Burst> {
    let cycles = (0_u32..).map(|cycle| CYCLE * cycle).take_while(|begin| *begin < duration);
    let bursts = cycles.flat_map(|begin| {
        BURSTS.map(|(seconds, messages)| Burst { at: begin + Duration::from_secs(seconds), messages })
    });
    bursts.filter(|burst| burst.at < duration).collect()
}

/// The plan of the default options.
#[cfg(test)]
pub(super) fn example() -> Plan {
    Plan::new(&DemoOptions::default()).expect("the defaults are valid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bursts_repeat_and_end_with_the_demo() {
        let at = |seconds| bursts(Duration::from_secs(seconds)).iter().map(|it| it.at.as_secs()).collect::<Vec<_>>();
        assert_eq!(at(17), [0_u64; 0]);
        assert_eq!(at(180), [17, 77, 137]);
        assert_eq!(at(260), [17, 77, 137, 197, 257]);
    }

    #[test]
    fn the_hpa_looks_three_seconds_after_every_burst() {
        for burst in bursts(CYCLE * 3) {
            assert_eq!((burst.at.as_secs() + 3) % SYNC_INTERVAL.as_secs(), 0, "{burst:?}");
        }
    }

    #[test]
    fn a_burst_that_is_due_is_not_the_next_one() {
        let plan = example();
        assert_eq!(plan.next_burst(Duration::from_secs(17)).map(|burst| burst.messages), Some(120));
        assert_eq!(plan.next_burst(Duration::from_secs(137)), None);
    }

    #[test]
    fn what_cannot_be_shown_is_refused_in_the_words_of_the_flags() {
        let error = |options| Plan::new(&options).unwrap_err().to_string();
        let crossed = DemoOptions { min: 5, max: 2, ..DemoOptions::default() };
        assert_eq!(error(crossed), "`--max 2` is less than `--min 5`");
        let instant = DemoOptions { duration: Duration::ZERO, ..DemoOptions::default() };
        assert!(error(instant).contains("`--duration 0s`"));
    }

    #[test]
    fn what_kubernetes_would_refuse_is_refused() {
        let options = DemoOptions { min: 0, max: 0, ..DemoOptions::default() };
        assert!(Plan::new(&options).unwrap_err().to_string().contains("`maxReplicas`"));
    }
}
