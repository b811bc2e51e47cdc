//! The demo's loop: read the API, decide as an HPA, start and stop consumers, show it.

use std::time::Duration;

use anyhow::Result;
use tokio::time::{MissedTickBehavior, interval};

use super::plan::{Plan, SYNC_INTERVAL};
use super::reading::{Answer, Api, NoAnswer};
use super::screen::Screen;
use super::stage::Stage;
use super::trace::{Number, Sample, Sync, Trace};
use super::view::State;
use leveret_core::Moment;
use leveret_core::hpa::{Autoscaler, Scale};

/// From one look at the queue for the view to the next.
const SAMPLE_INTERVAL: Duration = Duration::from_secs(1);

/// From one look at the keyboard and the processes to the next.
const TICK: Duration = Duration::from_millis(100);

/// A demo that runs.
pub(super) struct Control<'a> {
    plan: &'a Plan,
    stage: &'a mut Stage,
    api: Api,
    begin: Moment,
    autoscaler: Autoscaler,
    wanted: i32,
    trace: Trace,
    next_sample: Duration,
    next_sync: Duration,
}

/// How the loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The planned time has passed.
    Planned,
    /// The user pressed a key.
    Key,
}

impl<'a> Control<'a> {
    /// A demo that begins now.
    pub(super) fn new(plan: &'a Plan, stage: &'a mut Stage, api: Api) -> Self {
        let (begin, wanted) = (stage.now(), plan.spec.min_replicas().max(1));
        Self {
            plan,
            stage,
            api,
            begin,
            autoscaler: Autoscaler::new(plan.spec.clone()),
            wanted,
            trace: Trace::default(),
            next_sample: Duration::ZERO,
            next_sync: SYNC_INTERVAL,
        }
    }

    /// Runs until the planned end or a key.
    pub(super) async fn run(&mut self, mut screen: Screen) -> Result<End> {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            ticks.tick().await;
            self.stage.check()?;
            let elapsed = self.elapsed();
            if elapsed >= self.plan.duration {
                return Ok(End::Planned);
            }
            self.note_bursts(elapsed);
            if elapsed >= self.next_sync {
                self.next_sync += SYNC_INTERVAL;
                self.sync(elapsed).await?;
            }
            if elapsed >= self.next_sample {
                self.next_sample += SAMPLE_INTERVAL;
                self.sample(elapsed).await;
            }
            screen.show(&self.state())?;
            if screen.asked_to_end()? {
                return Ok(End::Key);
            }
        }
    }

    /// What happened.
    pub(super) fn into_trace(self) -> Trace {
        self.trace
    }

    fn elapsed(&self) -> Duration {
        self.stage.now().since(self.begin)
    }

    /// Notes the bursts that the producer has sent by now.
    fn note_bursts(&mut self, elapsed: Duration) {
        let noted = self.trace.bursts.len();
        self.trace.bursts.extend(self.plan.bursts[noted..].iter().take_while(|burst| burst.at <= elapsed));
    }

    /// One reconciliation of the HPA.
    async fn sync(&mut self, elapsed: Duration) -> Result<()> {
        let answer = self.ask("rabbitmq_queue_messages").await;
        let (running, _) = self.stage.consumers();
        let scale = Scale { wanted: self.wanted, running: i32::try_from(running).unwrap_or(i32::MAX) };
        let now = self.stage.now();
        let decision = self.autoscaler.reconcile(scale, || answer.map(|answer| answer.values), now);
        let (from, to) = (self.wanted, decision.replicas);
        self.trace.syncs.push(Sync { at: elapsed, from, to, why: decision.why });
        self.wanted = to;
        self.stage.scale(to)
    }

    /// One look at everything that is shown.
    async fn sample(&mut self, elapsed: Duration) {
        let ready = self.ask("rabbitmq_queue_messages_ready").await;
        let unacked = self.ask("rabbitmq_queue_messages_unacked").await;
        let publish_rate = self.ask("rabbitmq_queue_publish_rate").await;
        let ack_rate = self.ask("rabbitmq_queue_ack_rate").await;
        let wall = self.stage.now().wall();
        let age = ready.as_ref().ok().map(|answer| wall.duration_since(answer.oldest));
        let number = |answer: Result<Answer, String>| -> Number { answer.map(|answer| answer.sum()) };
        let (running, leaving) = self.stage.consumers();
        self.trace.samples.push(Sample {
            at: elapsed,
            ready: number(ready),
            unacked: number(unacked),
            publish_rate: number(publish_rate),
            ack_rate: number(ack_rate),
            // The answer's time has whole seconds, so it may seem to be in the future by less than one.
            age: age.map(|age| Duration::try_from(age).unwrap_or_default()),
            running,
            leaving,
        });
    }

    /// Asks the API, and notes how long the answer took.
    async fn ask(&mut self, signal: &str) -> Result<Answer, String> {
        let begin = self.stage.now();
        let answer = self.api.read(signal).await.map_err(NoAnswer::message);
        self.trace.answers.push(self.stage.now().since(begin));
        if let Err(message) = &answer {
            self.trace.gaps.note(message);
        }
        answer
    }

    fn state(&self) -> State<'_> {
        let elapsed = self.elapsed();
        State {
            plan: self.plan,
            trace: &self.trace,
            elapsed,
            next_sync: self.next_sync.saturating_sub(elapsed),
            wanted: self.wanted,
        }
    }
}
