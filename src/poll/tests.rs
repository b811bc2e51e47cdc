//! The loop, over a server that stops and goes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use reqwest::Url;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::*;
use crate::config::{PrometheusNodes, TlsFiles};
use leveret_core::observation::FailureKind;
use leveret_core::snapshot::BrokerState;
use leveret_runtime::Clock;

const BODY: &str = "rabbitmq_detailed_queue_messages_ready{vhost=\"/\",queue=\"a\"} 3\n\
    rabbitmq_identity_info{rabbitmq_node=\"n\"} 1\n";

/// What a read came to, in order.
#[derive(Default)]
struct Counted(Mutex<Vec<Option<FailureKind>>>);

impl PollReport for Counted {
    fn polled(&self, broker: &str, outcome: Result<&Observation, &Failure>, _: Duration) {
        assert_eq!(broker, "main");
        let mut outcomes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        outcomes.push(outcome.err().map(|failure| failure.kind));
    }
}

/// A node that answers, or takes requests and says nothing, as the test chooses.
struct Node {
    port: u16,
    silent: Arc<AtomicBool>,
    /// Grows with every request that gets no answer.
    unanswered: Arc<Semaphore>,
    _serving: JoinSet<()>,
}

impl Node {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let (port, silent) = (listener.local_addr().expect("bound").port(), Arc::new(AtomicBool::new(false)));
        let (mut serving, quiet) = (JoinSet::new(), Arc::clone(&silent));
        let unanswered = Arc::new(Semaphore::new(0));
        let noted = Arc::clone(&unanswered);
        serving.spawn(async move {
            let mut held = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = stream.read_u8().await else { break };
                    request.push(byte);
                }
                if quiet.load(Ordering::SeqCst) {
                    held.push(stream);
                    noted.add_permits(1);
                    continue;
                }
                let status = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", BODY.len());
                let _ = stream.write_all(&[status.as_bytes(), BODY.as_bytes()].concat()).await;
            }
        });
        Self { port, silent, unanswered, _serving: serving }
    }

    fn poll(&self, timeout: Duration, report: Arc<Counted>) -> Poll {
        let url = Url::parse(&format!("http://127.0.0.1:{}", self.port)).expect("a URL");
        let connection = Connection {
            broker: leveret_core::testing::broker("main"),
            management: None,
            prometheus: Some(PrometheusNodes::Urls(vec![url])),
            credentials: None,
            tls: TlsFiles::default(),
            poll_interval: Duration::from_millis(20),
            timeout,
        };
        Poll {
            connection: Arc::new(connection),
            backlogs: Vec::new(),
            demand: Arc::default(),
            publisher: Publisher::default(),
            report,
            clock: Clock::system(),
        }
    }
}

/// Waits until the published state is as wanted, at most 20 s.
async fn until(publisher: &Publisher, what: &str, is: impl Fn(&BrokerState) -> bool) {
    let reached = async {
        while !is(&publisher.broker("main")) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), reached).await.unwrap_or_else(|_| panic!("never {what}"));
}

#[tokio::test]
async fn states_are_published_through_a_failure_and_after_it() {
    let (node, report, stop) = (Node::start().await, Arc::new(Counted::default()), CancellationToken::new());
    let poll = node.poll(Duration::from_millis(200), Arc::clone(&report));
    let publisher = poll.publisher.clone();
    let mut running = JoinSet::new();
    running.spawn(poll.run(stop.clone()));

    until(&publisher, "read", |state| state.queues.len() == 1 && state.failure.is_none()).await;
    node.silent.store(true, Ordering::SeqCst);
    until(&publisher, "failed", |state| state.queues.len() == 1 && state.failure.is_some()).await;
    node.silent.store(false, Ordering::SeqCst);
    until(&publisher, "back", |state| state.failure.is_none()).await;

    stop.cancel();
    running.join_next().await.expect("one task").expect("no panic");
    let outcomes = report.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(outcomes.contains(&None) && outcomes.contains(&Some(FailureKind::Timeout)), "{outcomes:?}");
}

#[tokio::test]
async fn a_read_in_flight_is_abandoned_at_the_stop() {
    let (node, report, stop) = (Node::start().await, Arc::new(Counted::default()), CancellationToken::new());
    node.silent.store(true, Ordering::SeqCst);
    let poll = node.poll(Duration::from_secs(600), Arc::clone(&report));
    let mut running = JoinSet::new();
    running.spawn(poll.run(stop.clone()));
    let in_flight = tokio::time::timeout(Duration::from_secs(20), node.unanswered.acquire()).await;
    assert!(in_flight.is_ok(), "no read began");
    stop.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(20), running.join_next()).await.expect("it ends");
    ended.expect("one task").expect("no panic");
    assert_eq!(*report.0.lock().unwrap_or_else(PoisonError::into_inner), []);
}
