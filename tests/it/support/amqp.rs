//! As much of AMQP 0-9-1 as it takes to declare a queue whose name is any bytes. The management API takes only names that JSON
//! can hold.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// The end of each frame.
const END: u8 = 0xCE;

/// A frame that carries a method.
const METHOD: u8 = 1;

/// The options of a declaration: durable, and nothing else.
const DURABLE: u8 = 0b10;

/// A connected client with an open channel.
pub(crate) struct Amqp(TcpStream);

impl Amqp {
    /// Connects to a virtual host.
    #[track_caller]
    pub(crate) fn connect(port: u16, vhost: &str, username: &str, password: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the broker speaks AMQP");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit can be set");
        let mut amqp = Self(stream);
        amqp.0.write_all(b"AMQP\x00\x00\x09\x01").expect("the broker takes a header");
        amqp.expect(10, 10);
        let response = format!("\0{username}\0{password}");
        let no_properties = 0_u32.to_be_bytes();
        let start = [&no_properties[..], &short(b"PLAIN"), &long(response.as_bytes()), &short(b"en_US")].concat();
        amqp.send(0, 10, 11, &start);
        amqp.expect(10, 30);
        // One channel, frames of 128 KiB, no heartbeats.
        amqp.send(0, 10, 31, &[&1_u16.to_be_bytes()[..], &131_072_u32.to_be_bytes(), &[0, 0]].concat());
        amqp.send(0, 10, 40, &[&short(vhost.as_bytes())[..], &[0, 0]].concat());
        amqp.expect(10, 41);
        amqp.send(1, 20, 10, &short(b""));
        amqp.expect(20, 11);
        amqp
    }

    /// Declares a durable classic queue with this name.
    #[track_caller]
    pub(crate) fn declare(&mut self, name: &[u8]) {
        let no_arguments = 0_u32.to_be_bytes();
        self.send(1, 50, 10, &[&[0, 0][..], &short(name), &[DURABLE], &no_arguments].concat());
        self.expect(50, 11);
    }

    fn send(&mut self, channel: u16, class: u16, method: u16, arguments: &[u8]) {
        let payload = [&class.to_be_bytes()[..], &method.to_be_bytes(), arguments].concat();
        let size = u32::try_from(payload.len()).expect("a short frame");
        let frame = [&[METHOD][..], &channel.to_be_bytes(), &size.to_be_bytes(), &payload, &[END]].concat();
        self.0.write_all(&frame).expect("the broker takes frames");
    }

    /// Reads the next frame, which must carry this method.
    #[track_caller]
    fn expect(&mut self, class: u16, method: u16) {
        let mut head = [0; 7];
        self.0.read_exact(&mut head).expect("the broker answers");
        let size = u32::from_be_bytes([head[3], head[4], head[5], head[6]]);
        let mut payload = vec![0; usize::try_from(size).expect("a short frame") + 1];
        self.0.read_exact(&mut payload).expect("a whole frame");
        let expected = [class.to_be_bytes(), method.to_be_bytes()].concat();
        assert_eq!(payload[..4], expected, "another answer: {}", String::from_utf8_lossy(&payload));
    }
}

/// A short string: a byte with its length in front.
fn short(text: &[u8]) -> Vec<u8> {
    [&[u8::try_from(text.len()).expect("a short text")][..], text].concat()
}

/// A long string: four bytes with its length in front.
fn long(text: &[u8]) -> Vec<u8> {
    [&u32::try_from(text.len()).expect("a short text").to_be_bytes()[..], text].concat()
}
