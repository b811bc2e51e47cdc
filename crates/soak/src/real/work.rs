//! Messages that are published and taken, so that numbers change.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;
use leveret_harness::Management;
use serde_json::{Value, json};

use super::broker::RealBroker;
use super::plan::CHANGING;
use super::{SharedLedger, lock};

/// From one request to the next, on average.
const PACE: Duration = Duration::from_millis(500);

/// A queue that is this long is emptied.
const LONG: u64 = 80;

/// How long after a failed request it may still be carried out.
const LATE: Duration = Duration::from_secs(45);

/// The clients of one broker. A request to a node that was frozen meanwhile waits at most half a minute.
#[derive(Debug)]
pub(super) struct Work {
    managements: Vec<Management>,
    ledger: SharedLedger,
    rng: Rng,
}

impl Work {
    /// The clients of this broker.
    pub(super) fn of(broker: &RealBroker, seed: u64) -> Self {
        let rng = Rng::with_seed(seed.wrapping_mul(17).wrapping_add(broker.setup.nodes as u64));
        Self { managements: broker.managements(), ledger: Arc::clone(&broker.ledger), rng }
    }

    /// Publishes and takes until `stop` is set.
    pub(super) fn go_on_until(mut self, stop: &AtomicBool) {
        for queue in 0..2 * CHANGING {
            self.publish(0, queue, 20);
        }
        while !stop.load(Ordering::Relaxed) {
            std::thread::sleep(PACE.mul_f64(2.0 * self.rng.f64()));
            let queue = self.rng.usize(..2 * CHANGING);
            if let Some(node) = self.node_for(queue) {
                self.step(node, queue);
            }
        }
    }

    /// A node that can be asked about a queue; none while it cannot be used.
    fn node_for(&self, queue: usize) -> Option<usize> {
        let ledger = lock(&self.ledger);
        let Some(fault) = ledger.current() else { return Some(0) };
        if fault.is_silent || (fault.node.is_some() && fault.node == ledger.queues[queue].home) {
            return None;
        }
        (0..self.managements.len()).find(|node| fault.node != Some(*node))
    }

    fn step(&mut self, node: usize, queue: usize) {
        let (depth, doubt, is_disturbed) = {
            let ledger = lock(&self.ledger);
            let it = &ledger.queues[queue];
            (it.truth.now().high, it.doubt_since, ledger.current().is_some())
        };
        let is_late = doubt.is_some_and(|since| since.elapsed() > LATE);
        match self.rng.u8(..20) {
            _ if !is_disturbed && (is_late || (doubt.is_none() && depth > LONG)) => self.take(node, queue, 10_000),
            0..=13 => {
                let count = self.rng.u64(1..5);
                self.publish(node, queue, count);
            }
            // In doubt an empty answer may come from a queue that is about to get a message.
            _ if doubt.is_some() => {}
            14..=18 => {
                let most = self.rng.u64(1..6);
                self.take(node, queue, most);
            }
            _ => self.take(node, queue, 10_000),
        }
    }

    fn publish(&self, node: usize, queue: usize, count: u64) {
        let name = lock(&self.ledger).queues[queue].name.clone();
        let message = json!({
            "properties": {"delivery_mode": 2}, "routing_key": name, "payload": "{}", "payload_encoding": "string",
        });
        for _ in 0..count {
            lock(&self.ledger).queues[queue].publishes(Instant::now());
            let path = "/api/exchanges/%2F/amq.default/publish";
            let answer = self.managements[node].post(path, &message);
            let mut ledger = lock(&self.ledger);
            match answer {
                Ok(answer) if answer["routed"] == true => ledger.queues[queue].has_published(Instant::now()),
                other => {
                    ledger.queues[queue].is_doubtful(Instant::now());
                    ledger.note(Instant::now(), format!("{name} may have a message more: {}", shown(other)));
                    return;
                }
            }
        }
    }

    fn take(&self, node: usize, queue: usize, most: u64) {
        let (name, before) = {
            let mut ledger = lock(&self.ledger);
            let queue = &mut ledger.queues[queue];
            let before = queue.truth.now();
            queue.takes(most, Instant::now());
            (queue.name.clone(), before)
        };
        let body = json!({"count": most, "ackmode": "ack_requeue_false", "encoding": "auto"});
        let answer = self.managements[node].post(&format!("/api/queues/%2F/{name}/get"), &body);
        let mut ledger = lock(&self.ledger);
        match answer.map(|answer| answer.as_array().map(|taken| taken.len() as u64)) {
            Ok(Some(count)) => ledger.queues[queue].has_taken(count, most, before, Instant::now()),
            other => {
                ledger.queues[queue].is_doubtful(Instant::now());
                ledger.note(Instant::now(), format!("{name} may have fewer messages: {}", shown(other)));
            }
        }
    }
}

fn shown<T: Into<Value>>(answer: anyhow::Result<T>) -> String {
    answer.map_or_else(|error| format!("{error:#}"), |answer| answer.into().to_string())
}
