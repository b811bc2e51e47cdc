//! Connections of strangers and of accounts without rights do not crowd out those of the API server.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::kit::{Running, VALUES, client_config};
use crate::api::net::limits::{CONNECTIONS_MAX, DIRECT_MAX, UNAUTHENTICATED_MAX};
use leveret_harness::Pair;

/// Much longer than an unauthenticated connection may live, and much shorter than an authenticated one may.
const DEADLINE: Duration = Duration::from_secs(30);

async fn connect(running: &Running, pair: Option<&Pair>) -> TlsStream<TcpStream> {
    let config = Arc::new(client_config(&running.serving.pem(), pair));
    let stream = TcpStream::connect(running.address).await.expect("a connection");
    let host = "localhost".try_into().expect("a name");
    TlsConnector::from(config).connect(host, stream).await.expect("a handshake")
}

/// Requests a path and returns the status line.
async fn ask(stream: &mut TlsStream<TcpStream>, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nx-remote-user: ann\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut answer = vec![0; 1 << 16];
    let length = stream.read(&mut answer).await.expect("an answer");
    String::from_utf8_lossy(&answer[..length]).lines().next().unwrap_or_default().to_owned()
}

/// Waits until the server closes or resets a connection.
async fn ended(stream: &mut (impl AsyncReadExt + Unpin)) {
    let mut rest = Vec::new();
    drop(timeout(DEADLINE, stream.read_to_end(&mut rest)).await.expect("the server ends the connection"));
}

#[tokio::test]
async fn only_authenticated_connections_stay_open() {
    let running = Running::start().await;
    let mut authenticated = connect(&running, Some(&running.front.client("front-proxy-client", &[]))).await;
    assert_eq!(ask(&mut authenticated, &format!("{VALUES}/m")).await, "HTTP/1.1 200 OK");
    let (mut silent, mut probing, mut halfway) =
        (connect(&running, None).await, connect(&running, None).await, connect(&running, None).await);
    assert_eq!(ask(&mut probing, "/livez").await, "HTTP/1.1 200 OK");
    halfway.write_all(b"GET /livez HTTP/1.1\r\nhost: ").await.expect("written");
    tokio::join!(ended(&mut silent), ended(&mut probing), ended(&mut halfway));
    assert_eq!(ask(&mut authenticated, &format!("{VALUES}/m")).await, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn one_unauthenticated_connection_too_many_evicts_the_oldest() {
    let running = Running::start().await;
    let mut authenticated = connect(&running, Some(&running.front.client("front-proxy-client", &[]))).await;
    assert_eq!(ask(&mut authenticated, &format!("{VALUES}/m")).await, "HTTP/1.1 200 OK");
    let mut unauthenticated = Vec::new();
    for _ in 0..=CONNECTIONS_MAX {
        unauthenticated.push(TcpStream::connect(running.address).await.expect("a connection"));
    }
    // The first half is evicted by the second, and the next request evicts one of the second half.
    let beyond = unauthenticated.len() - UNAUTHENTICATED_MAX;
    for connection in &mut unauthenticated[..beyond] {
        ended(connection).await;
    }
    assert_eq!(running.get_as("ann", &format!("{VALUES}/m")).await.code, 200);
    let waiting =
        unauthenticated[beyond + 1..].iter().filter(|connection| connection.try_read(&mut [0]).is_err()).count();
    assert_eq!(waiting, UNAUTHENTICATED_MAX - 1, "no other connection is evicted");
    assert_eq!(ask(&mut authenticated, &format!("{VALUES}/m")).await, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn an_account_without_rights_takes_no_place_of_the_api_server_or_of_other_accounts() {
    let running = Running::start().await;
    let path = format!("{VALUES}/m");
    let mut proxy = connect(&running, Some(&running.front.client("front-proxy-client", &[]))).await;
    let mut other = connect(&running, Some(&running.clients.client("other", &[]))).await;
    for connection in [&mut proxy, &mut other] {
        assert_eq!(ask(connection, &path).await, "HTTP/1.1 200 OK");
    }
    running.reviewers.deny.store(true, Ordering::SeqCst);
    let powerless = running.clients.client("powerless", &[]);
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS_MAX {
        let mut connection = connect(&running, Some(&powerless)).await;
        assert_eq!(ask(&mut connection, &path).await, "HTTP/1.1 403 Forbidden");
        connections.push(connection);
    }
    // `other` has one of the places.
    let beyond = connections.len() - (DIRECT_MAX - 1);
    for connection in &mut connections[..beyond] {
        ended(connection).await;
    }
    running.reviewers.deny.store(false, Ordering::SeqCst);
    let another = running.get(&running.proxy(), &path, &[("x-remote-user", "bob")]).await;
    assert_eq!(another.code, 200, "a new connection of the API server");
    for connection in [&mut proxy, &mut other] {
        assert_eq!(ask(connection, &path).await, "HTTP/1.1 200 OK");
    }
}
