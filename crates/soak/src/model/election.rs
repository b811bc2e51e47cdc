//! The time in which a queue shows too little, because it has a new leader or its node has started.

use std::time::{Duration, Instant};

use fastrand::Rng;

/// How long a queue has not changed yet after it got a new leader: its clients have to find it again.
const IDLE: Duration = Duration::from_millis(1500);

/// What the management API shows of a queue that is not counted yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The queue without counts.
    Absent,
    /// No messages, and no number of consumers.
    ZeroWithoutConsumers,
    /// No messages and no consumers.
    Zero,
}

/// The time after a change of a queue's leader, or a start of its node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Election {
    /// When it began.
    since: Instant,
    /// From when on a Prometheus endpoint has the queue's rows.
    shown: Instant,
    /// Until when the management API shows the number from before.
    kept: Instant,
    /// From when on the management API has the right numbers.
    counted: Instant,
    /// What it shows in between.
    form: Form,
}

impl Election {
    /// A quorum queue has got a new leader.
    pub(crate) fn of_leader(rng: &mut Rng, now: Instant) -> Self {
        let form = [Form::Absent, Form::ZeroWithoutConsumers, Form::ZeroWithoutConsumers, Form::Zero][rng.usize(..4)];
        Self {
            since: now,
            shown: now + millis(rng, 1000, 7000),
            kept: now + millis(rng, 0, 1500),
            counted: now + millis(rng, 2000, 10_000),
            form,
        }
    }

    /// The node of a classic queue has started.
    pub(crate) fn of_classic(rng: &mut Rng, now: Instant) -> Self {
        Self { since: now, shown: now, kept: now, counted: now + millis(rng, 4000, 5200), form: Form::Absent }
    }

    /// The node of a quorum queue has started, and leads it.
    pub(crate) fn of_quorum(rng: &mut Rng, now: Instant) -> Self {
        let shown = now + millis(rng, 3000, 5600);
        Self { since: now, shown, kept: now, counted: now + millis(rng, 6000, 10_100), form: Form::Absent }
    }

    /// Whether the queue cannot change yet.
    pub(crate) fn is_idle(&self, now: Instant) -> bool {
        now < self.since + IDLE
    }

    /// Whether a Prometheus endpoint has the queue's rows.
    pub(crate) fn is_shown(&self, now: Instant) -> bool {
        now >= self.shown
    }

    /// What the management API shows; none if the numbers are right.
    pub(crate) fn form(&self, now: Instant) -> Option<Form> {
        (now >= self.kept && now < self.counted).then_some(self.form)
    }

    /// What it shows when, for a reader.
    pub(crate) fn described(&self, now: Instant) -> String {
        let after = |at: Instant| at.saturating_duration_since(now).as_secs_f64();
        let (shown, kept, counted) = (after(self.shown), after(self.kept), after(self.counted));
        format!("rows after {shown:.1} s, {:?} from {kept:.1} to {counted:.1} s", self.form)
    }

    /// When all of it is over.
    pub(crate) fn ends(&self) -> Instant {
        self.shown.max(self.counted)
    }
}

fn millis(rng: &mut Rng, from: u64, to: u64) -> Duration {
    Duration::from_millis(rng.u64(from..=to))
}
