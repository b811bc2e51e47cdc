//! The smallest HTTP client that can ask a broker something: one request per connection, blocking, bounded.
//!
//! HTTP/1.0 on purpose: the answer ends where the connection ends, and no server may answer in chunks.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::Context as _;

/// The longest answer that is read: a list of ten thousand queues has 15 MB on RabbitMQ 3.10.
const LIMIT_BYTES: u64 = 64 * 1024 * 1024;

/// How long one read or write may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends one request to a loopback `port` and reads the status and the body of the answer.
pub(crate) fn send(port: u16, method: &str, path: &str, headers: &str, body: &[u8]) -> anyhow::Result<(u16, Vec<u8>)> {
    anyhow::ensure!(!path.contains([' ', '\r', '\n']), "the path `{path}` is not percent-encoded");
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream =
        TcpStream::connect_timeout(&address, PATIENCE).with_context(|| format!("cannot connect to {address}"))?;
    stream.set_read_timeout(Some(PATIENCE)).context("cannot bound the wait for an answer")?;
    stream.set_write_timeout(Some(PATIENCE)).context("cannot bound the wait for sending")?;
    let head = format!(
        "{method} {path} HTTP/1.0\r\nHost: {address}\r\n{headers}Content-Length: {length}\r\n\r\n",
        length = body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).context("cannot send the request")?;
    let mut answer = Vec::new();
    stream.take(LIMIT_BYTES).read_to_end(&mut answer).context("cannot read the answer")?;
    parse(&answer)
}

/// Splits an answer into its status and its body.
fn parse(answer: &[u8]) -> anyhow::Result<(u16, Vec<u8>)> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").context("the answer has no end of headers")?;
    let status = answer
        .get(9..12)
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|digits| digits.parse().ok())
        .context("the answer has no status")?;
    Ok((status, answer[end + 4..].to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_split() {
        assert_eq!(parse(b"HTTP/1.1 204 No Content\r\na: b\r\n\r\n").unwrap(), (204, vec![]));
        assert_eq!(parse(b"HTTP/1.1 200 OK\r\n\r\n{}").unwrap(), (200, b"{}".to_vec()));
    }

    #[test]
    fn half_an_answer_is_an_error() {
        for answer in [&b""[..], b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\n", b"HTTP\r\n\r\n", b"HTTP/1.1 abc \r\n\r\n"] {
            assert!(parse(answer).is_err(), "{}", String::from_utf8_lossy(answer));
        }
    }
}
