//! The admin port over real sockets.

use std::time::Duration;

use prometheus::{IntGauge, Registry};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::readiness::{Latch, Readiness};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

const SHORT: Duration = Duration::from_millis(100);

/// A served admin port.
struct Running {
    address: SocketAddr,
    tasks: Tasks,
    /// The one part that readiness waits for.
    part: Latch,
    ended: CancellationToken,
}

impl Running {
    async fn start(limits: Limits, help: &str) -> Self {
        let stop = CancellationToken::new();
        let mut readiness = Readiness::new(stop.clone());
        let part = readiness.wait_for("part");
        let registry = Registry::new();
        let gauge = IntGauge::new("things", help).expect("valid");
        registry.register(Box::new(gauge)).expect("the only one");
        let pages = Pages::new(registry, readiness)
            .with_action("/act", |query| (hyper::StatusCode::ACCEPTED, format!("did {query}")));
        let mut admin = Admin::bind(([127, 0, 0, 1], 0).into(), "--flag", pages).await.expect("a free port");
        admin.limits = limits;
        let (address, (tasks, _supervisor), ended) = (admin.address(), Tasks::new(stop), CancellationToken::new());
        tasks.critical("admin", admin.serve(tasks.clone(), ended.clone().cancelled_owned()));
        Self { address, tasks, part, ended }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("the port accepts")
    }

    /// The whole answer to one request on a connection of its own.
    async fn ask(&self, request: &str) -> String {
        let mut stream = self.connect().await;
        let head = format!("{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("a request can be sent");
        read_to_end(&mut stream).await
    }
}

/// All that is sent until the connection ends, which it must.
async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is an end, too: what came before it counts.
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the connection ends");
    String::from_utf8(bytes).expect("UTF-8")
}

#[tokio::test]
async fn pages_are_asked_for_and_actions_are_posted() {
    let running = Running::start(Limits::default(), "Things.").await;
    assert!(running.ask("GET /livez").await.starts_with("HTTP/1.1 200 OK"));
    let metrics = running.ask("GET /metrics").await;
    assert!(
        metrics.contains("content-type: text/plain; version=0.0.4") && metrics.ends_with("things 0\n"),
        "{metrics}"
    );
    let unready = running.ask("GET /readyz").await;
    assert!(unready.starts_with("HTTP/1.1 503 ") && unready.ends_with("[-]part\n[+]shutdown\n"), "{unready}");
    running.part.set();
    assert!(running.ask("GET /readyz").await.starts_with("HTTP/1.1 200 "));
    let acted = running.ask("POST /act?count=3").await;
    assert!(acted.starts_with("HTTP/1.1 202 ") && acted.ends_with("did count=3"), "{acted}");
    let refused = running.ask("GET /act").await;
    assert!(refused.starts_with("HTTP/1.1 405 ") && refused.contains("allow: POST"), "{refused}");
    assert!(running.ask("POST /metrics").await.starts_with("HTTP/1.1 405 "));
    let nowhere = running.ask("GET /nowhere").await;
    assert!(nowhere.starts_with("HTTP/1.1 404 ") && nowhere.ends_with("`/` lists all\n"), "{nowhere}");
    assert!(running.ask("HEAD /livez").await.ends_with("\r\n\r\n"));
}

#[tokio::test]
async fn the_root_lists_every_page_and_action() {
    let running = Running::start(Limits::default(), "Things.").await;
    running.part.set();
    let list = running.ask("GET /").await;
    assert!(list.starts_with("HTTP/1.1 200 OK") && list.ends_with("POST /act\n"), "{list}");
    let pages: Vec<&str> = list.lines().filter_map(|line| line.strip_prefix("GET ")?.split('\t').next()).collect();
    assert_eq!(pages, ["/metrics", "/livez", "/readyz"]);
    for page in pages {
        assert!(running.ask(&format!("GET {page}")).await.starts_with("HTTP/1.1 200 OK"), "{page}");
    }
}

#[tokio::test]
async fn idle_connections_do_not_keep_a_probe_out_and_are_limited() {
    let limits = Limits::default();
    let running = Running::start(limits, "Things.").await;
    let mut idle = Vec::new();
    for _ in 0..3 * limits.connections {
        idle.push(running.connect().await);
    }
    assert!(running.ask("GET /livez").await.starts_with("HTTP/1.1 200 OK"));
    // The probe took the place of one more; it ends before the limit of time that idle connections have.
    for stream in &mut idle[..=2 * limits.connections] {
        assert_eq!(read_to_end(stream).await, "");
    }
    let mut kept = idle.pop().expect("the newest");
    kept.write_all(b"GET /livez HTTP/1.0\r\n\r\n").await.expect("it is still open");
    assert!(read_to_end(&mut kept).await.starts_with("HTTP/1.0 200 OK"));
}

#[tokio::test]
async fn half_a_request_and_an_idle_connection_end() {
    let running = Running::start(Limits { request_wait: SHORT, ..Limits::default() }, "Things.").await;
    let mut half = running.connect().await;
    half.write_all(b"GET /livez HTTP/1.1\r\nHos").await.expect("half a request can be sent");
    assert!(!read_to_end(&mut half).await.contains("200 OK"));
    let mut kept_alive = running.connect().await;
    kept_alive.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("a request can be sent");
    assert!(read_to_end(&mut kept_alive).await.ends_with("ok\n"));
}

#[tokio::test]
async fn headers_that_are_too_long_are_refused() {
    let running = Running::start(Limits::default(), "Things.").await;
    let mut stream = running.connect().await;
    let long = format!("GET /livez HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "x".repeat(2 * limits::HEADERS_MAX));
    // The other end may close before all of it is sent.
    let _ = stream.write_all(long.as_bytes()).await;
    assert!(!read_to_end(&mut stream).await.contains("200 OK"));
}

#[tokio::test]
async fn an_answer_that_is_not_read_ends() {
    // More than the system's buffers hold.
    let help = "x".repeat(64 << 20);
    let running = Running::start(Limits { lifetime: SHORT, close: SHORT, ..Limits::default() }, &help).await;
    let mut stream = running.connect().await;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("a request can be sent");
    running.tasks.stop().cancel();
    running.ended.cancel();
    tokio::time::timeout(PATIENCE, running.tasks.drained()).await.expect("the connection ends unread");
    assert!(read_to_end(&mut stream).await.len() < help.len());
}

#[tokio::test]
async fn a_draining_process_answers_until_the_port_is_closed() {
    let running = Running::start(Limits { close: SHORT, ..Limits::default() }, "Things.").await;
    running.part.set();
    let mut half = running.connect().await;
    half.write_all(b"GET /livez HTTP/1.1\r\n").await.expect("half a request can be sent");
    running.tasks.stop().cancel();
    let draining = running.ask("GET /readyz").await;
    assert!(draining.starts_with("HTTP/1.1 503 ") && draining.ends_with("[+]part\n[-]shutdown\n"), "{draining}");
    running.ended.cancel();
    tokio::time::timeout(PATIENCE, running.tasks.drained()).await.expect("half a request does not hold the end up");
    assert!(TcpStream::connect(running.address).await.is_err());
}
