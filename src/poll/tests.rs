//! The loop, over a server that stops and goes, on a clock that only the tests move.

use std::sync::mpsc as blocking;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{advance, timeout};

use super::*;
use crate::sources::tests::fake::{Fake, Reply, Then};
use crate::sources::tests::setup::{connection, nodes};
use leveret_core::observation::FailureKind;

const PATH: &str = "/metrics/detailed";

const BODY: &str = "rabbitmq_detailed_queue_messages_ready{vhost=\"/\",queue=\"a\"} 3\n\
    rabbitmq_identity_info{rabbitmq_node=\"n\"} 1\n";

const INTERVAL: Duration = Duration::from_secs(5);

const TIMEOUT: Duration = Duration::from_secs(4);

/// More time than any loop waits for.
const FOR_EVER: Duration = Duration::from_secs(3600);

/// Keeps paused time from moving by itself while the runtime waits for a socket. It lets go after 20 s of real time, and
/// then whatever a test still waits for times out.
struct StoppedTime(#[expect(dead_code, reason = "the time goes on when it is dropped")] blocking::Sender<()>);

/// Sends what each read came to.
struct Outcomes(mpsc::UnboundedSender<Option<FailureKind>>);

/// A loop over one node.
struct Scene {
    node: Fake,
    publisher: Publisher,
    outcomes: mpsc::UnboundedReceiver<Option<FailureKind>>,
    stop: CancellationToken,
    running: JoinSet<()>,
    _stopped_time: StoppedTime,
}

impl StoppedTime {
    /// While a blocking task runs, paused time moves only by [`advance`].
    fn new() -> Self {
        let (dropped, is_dropped) = blocking::channel();
        tokio::task::spawn_blocking(move || is_dropped.recv_timeout(Duration::from_secs(20)));
        Self(dropped)
    }
}

impl PollReport for Outcomes {
    fn polled(&self, broker: &str, outcome: Result<&Observation, &Failure>, _: Duration) {
        assert_eq!(broker, "main");
        let _ = self.0.send(outcome.err().map(|failure| failure.kind));
    }

    fn source_failed(&self, _: &str, _: SourceKind, _: &Failure) {}

    fn paced(&self, _: &str, _: Pacing) {}

    fn client_certificate_expires(&self, _: &str, at: Option<Timestamp>) {
        assert_eq!(at, None, "there is no certificate");
    }
}

impl Scene {
    /// Starts the loop, over a node that answers in this way. Its first read begins at once.
    async fn start(reply: Reply) -> Self {
        let (stopped_time, node) = (StoppedTime::new(), Fake::start().await);
        node.answer(PATH, reply);
        let (sender, outcomes) = mpsc::unbounded_channel();
        let (publisher, stop) = (Publisher::default(), CancellationToken::new());
        let poll = Poll {
            connection: Arc::new(Connection {
                prometheus: Some(nodes(&[&node])),
                poll_interval: INTERVAL,
                timeout: TIMEOUT,
                ..connection()
            }),
            backlogs: Vec::new(),
            demand: Arc::default(),
            publisher: publisher.clone(),
            report: Arc::new(Outcomes(sender)),
            clock: Clock::starting_at(Timestamp::UNIX_EPOCH),
        };
        let mut running = JoinSet::new();
        running.spawn(poll.run(stop.clone()));
        Self { node, publisher, outcomes, stop, running, _stopped_time: stopped_time }
    }

    /// The outcome of the next read; none when the loop has ended.
    async fn next_read(&mut self) -> Option<Option<FailureKind>> {
        timeout(FOR_EVER, self.outcomes.recv()).await.expect("a read ends")
    }

    /// Waits until the node was asked.
    async fn asked(&self) {
        timeout(FOR_EVER, self.node.asked()).await.expect("a read begins");
    }

    /// How many queues are known, and whether the last read failed.
    fn known(&self) -> (usize, bool) {
        let state = self.publisher.broker("main");
        (state.queues.len(), state.failure.is_some())
    }

    async fn stop(&mut self) {
        self.stop.cancel();
        let ended = timeout(FOR_EVER, self.running.join_next()).await.expect("the loop ends");
        ended.expect("one task").expect("no panic");
    }
}

#[tokio::test(start_paused = true)]
async fn states_are_published_through_a_failure_and_after_it() {
    let mut scene = Scene::start(Reply::ok(BODY)).await;
    assert_eq!(scene.next_read().await, Some(None));
    assert_eq!(scene.known(), (1, false));

    scene.node.take_requests();
    scene.node.answer(PATH, Reply::ok(BODY).without_last(1, Then::Hang));
    advance(INTERVAL * 3 / 2).await;
    scene.asked().await;
    advance(TIMEOUT).await;
    assert_eq!(scene.next_read().await, Some(Some(FailureKind::Timeout)));
    assert_eq!(scene.known(), (1, true));

    scene.node.answer(PATH, Reply::ok(BODY));
    advance(INTERVAL).await;
    assert_eq!(scene.next_read().await, Some(None));
    assert_eq!(scene.known(), (1, false));

    scene.stop().await;
    assert_eq!(scene.next_read().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_read_in_flight_is_abandoned_at_the_stop() {
    let mut scene = Scene::start(Reply::ok(BODY).without_last(1, Then::Hang)).await;
    scene.asked().await;
    scene.stop().await;
    assert_eq!(scene.next_read().await, None, "the read is not reported");
    assert_eq!(scene.known(), (0, false));
}
