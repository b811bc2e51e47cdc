//! Queues before sinks that write, fail and wait.

use std::io::{BufRead as _, BufReader, pipe};

use super::*;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A queue whose lines are written to this sink.
fn writing_to(sink: impl Write + Send + 'static) -> Arc<Queue> {
    let queue = Arc::new(Queue::default());
    let writer = Arc::clone(&queue);
    std::thread::spawn(move || writer.write_to(sink));
    queue
}

#[test]
fn every_line_is_written_in_order() {
    let (reader, writer) = pipe().expect("a pipe");
    let queue = writing_to(writer);
    let read = std::thread::spawn(move || BufReader::new(reader).lines().take(5000).map(Result::unwrap).collect());
    for number in 0..5000 {
        queue.push(format!("{number}\n").as_bytes());
    }
    queue.wait_until_written(PATIENCE);
    assert!(queue.state().lines.is_empty() && !queue.state().writing);
    let read: Vec<String> = read.join().expect("the reader ends");
    assert!(read.iter().enumerate().all(|(number, line)| *line == number.to_string()), "in order");
    assert_eq!(queue.dropped().count(), 0);
}

#[test]
fn lines_that_cannot_be_written_are_dropped_and_counted() {
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    let queue = writing_to(writer);
    queue.push(b"one\n");
    queue.push(b"two\n");
    queue.wait_until_written(PATIENCE);
    assert_eq!(queue.dropped().count(), 2);
}

#[test]
fn lines_beyond_the_limit_are_dropped_while_no_line_is_read() {
    let (reader, writer) = pipe().expect("a pipe");
    let queue = writing_to(writer);
    let line = [b'x'; 4 << 10];
    // Far more than the queue and the system's pipe hold.
    for _ in 0..2 * BYTES_MAX / line.len() {
        queue.push(&line);
    }
    queue.wait_until_written(Duration::from_millis(1));
    assert!(queue.state().bytes <= BYTES_MAX);
    assert_ne!(queue.dropped().count(), 0);
    drop(reader);
}
