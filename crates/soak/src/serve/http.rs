//! One connection: HTTP/1.1 as far as Leveret speaks it. It is written by hand, because it must also be broken by hand.

use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::reply::{Reply, Request};
use crate::model::Endpoint;
use crate::world::World;

/// The longest head of a request.
const HEAD_BYTES_MAX: usize = 16 << 10;

/// Answers requests until one of both sides closes the connection.
pub(super) async fn serve(mut stream: TcpStream, world: World, broker: usize, endpoint: Endpoint) {
    let mut buffer = Vec::new();
    while let Some(request) = read(&mut stream, &mut buffer).await {
        let delay = world.model(broker).delay(endpoint, Instant::now());
        tokio::time::sleep(delay).await;
        let reply = Reply::of(&mut world.model(broker), endpoint, &request, Instant::now());
        if !write(&mut stream, reply).await {
            return;
        }
    }
}

/// The next request; none if there is none.
async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head: Vec<u8> = buffer.drain(..end + 4).collect();
            let head = String::from_utf8(head).ok()?;
            return Request::parse(head.lines().next()?);
        }
        if buffer.len() > HEAD_BYTES_MAX || stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

/// Writes an answer; whether the connection goes on.
async fn write(stream: &mut TcpStream, reply: Reply) -> bool {
    let (status, body, length) = match reply {
        Reply::None => return false,
        Reply::Whole { status, body } => (status, body.clone(), body.len()),
        Reply::Cut { body, at } => (200, body[..at].to_vec(), body.len()),
    };
    let content =
        if body.first() == Some(&b'{') || body.first() == Some(&b'[') { "application/json" } else { "text/plain" };
    let head = format!("HTTP/1.1 {status} Status\r\ncontent-type: {content}\r\ncontent-length: {length}\r\n\r\n");
    let written = stream.write_all(&[head.as_bytes(), &body].concat()).await;
    written.is_ok() && body.len() == length
}
