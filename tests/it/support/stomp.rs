//! As much of STOMP 1.2 as a publisher and a subscriber that acknowledges need. RabbitMQ serves it as an AMQP 0-9-1 client.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// A connected client.
pub(crate) struct Stomp(BufReader<TcpStream>);

impl Stomp {
    /// Connects to the default virtual host.
    #[track_caller]
    pub(crate) fn connect(port: u16, username: &str, password: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the broker speaks STOMP");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a limit can be set");
        let mut stomp = Self(BufReader::new(stream));
        let login = format!("login:{username}\npasscode:{password}\n");
        stomp.send(&format!("CONNECT\naccept-version:1.2\nhost:/\n{login}\n"));
        let answer = stomp.receive().expect("the broker answers");
        assert!(answer.starts_with("CONNECTED\n"), "the broker refuses the client: {answer}");
        stomp
    }

    /// Publishes a message to a queue that exists, and waits until the broker has it.
    pub(crate) fn publish(&mut self, queue: &str) {
        self.send(&format!("SEND\ndestination:/amq/queue/{queue}\nreceipt:1\n\n{{}}"));
        self.receive().expect("the broker takes it");
    }

    /// Consumes from a queue that exists.
    pub(crate) fn subscribe(&mut self, queue: &str) {
        self.send(&format!("SUBSCRIBE\nid:0\ndestination:/amq/queue/{queue}\nack:client-individual\nreceipt:1\n\n"));
        self.receive().expect("the broker answers");
    }

    /// Takes the next message and acknowledges it; none when there is none for long.
    pub(crate) fn take(&mut self) -> Option<()> {
        let message = self.receive()?;
        let id =
            message.lines().find_map(|line| line.strip_prefix("ack:")).expect("a message that can be acknowledged");
        self.send(&format!("ACK\nid:{id}\n\n"));
        Some(())
    }

    fn send(&mut self, frame: &str) {
        self.0.get_mut().write_all(&[frame.as_bytes(), b"\0"].concat()).expect("the broker takes frames");
    }

    /// The next frame without the byte that ends it.
    fn receive(&mut self) -> Option<String> {
        let mut frame = Vec::new();
        self.0.by_ref().read_until(0, &mut frame).ok().filter(|length| *length > 0)?;
        frame.pop();
        Some(String::from_utf8_lossy(&frame).trim_start().to_owned())
    }
}
