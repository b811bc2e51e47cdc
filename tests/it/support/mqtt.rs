//! As much of MQTT 3.1.1 as a publisher and a subscriber with quality of service 1 need.
//!
//! RabbitMQ counts what AMQP clients do and, from 4.0 on, not what MQTT clients do. A client of another protocol is needed to
//! show that.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

const CONNECT: u8 = 0x10;
const PUBLISH: u8 = 0x32;
const SUBSCRIBE: u8 = 0x82;
const PUBACK: u8 = 0x40;

/// User, password and a clean session.
const FLAGS: u8 = 0b1100_0010;

/// A connected client.
pub(crate) struct Mqtt(TcpStream);

impl Mqtt {
    /// Connects as a client of this name.
    #[track_caller]
    pub(crate) fn connect(port: u16, client: &str, username: &str, password: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the broker speaks MQTT");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a limit can be set");
        let mut mqtt = Self(stream);
        let head = [&text("MQTT")[..], &[4, FLAGS, 0, 0]].concat();
        mqtt.send(CONNECT, &[head, text(client), text(username), text(password)].concat());
        let (_, answer) = mqtt.receive().expect("the broker answers");
        assert_eq!(answer, [0, 0], "the broker refuses the client");
        mqtt
    }

    /// Publishes a message, and waits until the broker has it.
    pub(crate) fn publish(&mut self, topic: &str) {
        self.send(PUBLISH, &[&text(topic)[..], &[0, 1], b"{}"].concat());
        self.receive().expect("the broker takes it");
    }

    /// Subscribes to a topic.
    pub(crate) fn subscribe(&mut self, topic: &str) {
        self.send(SUBSCRIBE, &[&[0, 1][..], &text(topic), &[1]].concat());
        self.receive().expect("the broker answers");
    }

    /// Takes the next message and acknowledges it; none when there is none for long.
    pub(crate) fn take(&mut self) -> Option<()> {
        let (_, body) = self.receive()?;
        let topic = usize::from(u16::from_be_bytes([body[0], body[1]]));
        let id = [body[2 + topic], body[3 + topic]];
        self.send(PUBACK, &id);
        Some(())
    }

    /// Sends a packet, which is shorter than 128 bytes.
    fn send(&mut self, kind: u8, body: &[u8]) {
        let length = u8::try_from(body.len()).expect("a short packet");
        self.0.write_all(&[&[kind, length], body].concat()).expect("the broker takes packets");
    }

    /// The next packet: its kind and its body.
    fn receive(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut head = [0; 2];
        self.0.read_exact(&mut head).ok()?;
        let mut body = vec![0; usize::from(head[1])];
        self.0.read_exact(&mut body).ok()?;
        Some((head[0], body))
    }
}

/// A text with its length in front.
fn text(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).expect("a short text");
    [&length.to_be_bytes()[..], text.as_bytes()].concat()
}
