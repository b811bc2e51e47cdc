//! From the bytes that a broker sends to plain values, without a broker: the parsers by themselves.

use std::time::Duration;

use super::exposition::Lines;
use super::families::{NodeFold, NodeRead};
use super::nodes::Nodes;
use super::queue_json;
use super::scrape::Scraped;
use super::survey;
use crate::clock::Moment;
use crate::observation::{Observation, QueueMap, QueueReading};

/// Understands one node's answer of the Prometheus endpoint `/metrics/detailed`, which arrives in `pieces`. The
/// observation is the one of a broker that has this node only. None when the answer does not say which node it is of.
pub fn prometheus<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, at: Moment) -> Option<Observation> {
    let mut answer = NodeAnswer::default();
    pieces.into_iter().for_each(|piece| answer.push(piece));
    let scraped = Scraped { reads: vec![answer.finish()?], unread: Vec::new() };
    Some(survey::observation(scraped, &mut Nodes::default(), Duration::ZERO, at))
}

/// Understands a list of queues, the management API's `/api/queues`.
///
/// # Errors
/// What is not JSON or no list; a field or a queue that is not as it should be only costs itself.
pub fn management(body: &[u8]) -> Result<QueueMap<QueueReading>, serde_json::Error> {
    queue_json::list(body).map(|list| list.queues)
}

/// One node's answer, understood as it arrives.
#[derive(Debug, Default)]
pub(super) struct NodeAnswer {
    lines: Lines,
    fold: NodeFold,
}

impl NodeAnswer {
    /// Takes the next piece of the body.
    pub(super) fn push(&mut self, piece: &[u8]) {
        self.lines.push(piece, |line| self.fold.line(line));
    }

    /// The answer as a whole; none when it does not say which node it is of.
    pub(super) fn finish(mut self) -> Option<NodeRead> {
        let overlong = self.lines.finish(|line| self.fold.line(line));
        self.fold.skip(overlong);
        self.fold.finish()
    }
}
