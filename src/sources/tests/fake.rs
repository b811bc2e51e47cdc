//! A server that answers requests with given bytes, and can misbehave in ways that a real broker cannot be made to.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Url;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// What happens after the bytes of an answer were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Close,
    /// The connection is kept, until another request has arrived on it.
    CloseAtNext,
    Hang,
    Reset,
}

/// An answer: bytes as they go over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) bytes: Vec<u8>,
    pub(crate) then: Then,
}

/// A server on a free loopback port. It is gone when it is dropped.
pub(crate) struct Fake {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    asked: Arc<Notify>,
    _serving: JoinSet<()>,
}

#[derive(Default)]
struct Shared {
    replies: HashMap<String, Reply>,
    requests: Vec<String>,
    unanswered: usize,
}

impl Reply {
    /// A whole answer.
    pub(crate) fn new(status: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        Self { bytes: [head.as_bytes(), body].concat(), then: Then::Close }
    }

    pub(crate) fn ok(body: impl AsRef<[u8]>) -> Self {
        Self::new("200 OK", body)
    }

    /// A whole answer on a connection that seems to be kept.
    pub(crate) fn once(body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        Self { bytes: [head.as_bytes(), body].concat(), then: Then::CloseAtNext }
    }

    /// An answer of which some of the last bytes never come.
    pub(crate) fn without_last(mut self, bytes: usize, then: Then) -> Self {
        self.bytes.truncate(self.bytes.len() - bytes);
        Self { then, ..self }
    }
}

impl Fake {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (shared, asked) = (Arc::new(Mutex::new(Shared::default())), Arc::new(Notify::new()));
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, Arc::clone(&shared), Arc::clone(&asked)));
        Self { address, shared, asked, _serving: serving }
    }

    /// Answers requests whose path, with or without its query, is `path` in this way from now on; others with 404.
    pub(crate) fn answer(&self, path: &str, reply: Reply) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.replies.insert(path.to_owned(), reply);
    }

    /// The requests so far: the first line of each and its `authorization`, and no longer those that were taken before.
    pub(crate) fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner).requests)
    }

    /// How many requests came on a kept connection, and had no answer.
    pub(crate) fn unanswered(&self) -> usize {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).unanswered
    }

    /// Waits until there is a request that was not taken.
    pub(crate) async fn asked(&self) {
        while self.shared.lock().unwrap_or_else(PoisonError::into_inner).requests.is_empty() {
            self.asked.notified().await;
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn url(&self) -> Url {
        Url::parse(&format!("http://{}", self.address)).expect("a URL")
    }
}

async fn serve(listener: TcpListener, shared: Arc<Mutex<Shared>>, asked: Arc<Notify>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(converse(stream, Arc::clone(&shared), Arc::clone(&asked)));
    }
}

async fn converse(mut stream: TcpStream, shared: Arc<Mutex<Shared>>, asked: Arc<Notify>) {
    let Some(request) = head(&mut stream).await else { return };
    let target = request.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    let authorization = request.lines().find(|line| line.to_ascii_lowercase().starts_with("authorization"));
    let reply = {
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.requests.push([path, authorization.unwrap_or_default()].join(" ").trim_end().to_owned());
        let missing = || Reply::new("404 Not Found", r#"{"error":"Object Not Found","reason":"Not Found"}"#);
        shared.replies.get(target).or_else(|| shared.replies.get(path)).cloned().unwrap_or_else(missing)
    };
    asked.notify_one();
    // The client may have gone away before the last byte; some tests are about that.
    let _ = stream.write_all(&reply.bytes).await;
    match reply.then {
        Then::Close => {}
        Then::CloseAtNext => {
            if head(&mut stream).await.is_some() {
                shared.lock().unwrap_or_else(PoisonError::into_inner).unanswered += 1;
            }
        }
        Then::Hang => std::future::pending().await,
        Then::Reset => {
            let _ = stream.set_zero_linger();
        }
    }
}

/// The head of the next request, or none if the client has closed the connection.
async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}
