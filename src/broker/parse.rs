//! From the bytes that a broker sends to plain values, without a broker: the parsers by themselves.

use std::time::Duration;

use super::exposition::Lines;
use super::families::{NodeFold, NodeRead};
use super::nodes::Nodes;
use super::queue_json;
use super::scrape::Scraped;
use super::survey;
use leveret_core::Moment;
use leveret_core::observation::{Observation, QueueMap, QueueReading};

/// Understands one node's answer of the Prometheus endpoint `/metrics/detailed`, which arrives in `pieces`. The
/// observation is the one of a broker that has this node only. None when the answer does not say which node it is of, ended
/// within a line, or has more queues than are read.
pub fn prometheus<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, at: Moment) -> Option<Observation> {
    let mut answer = NodeAnswer::default();
    pieces.into_iter().try_for_each(|piece| answer.push(piece)).ok()?;
    let scraped = Scraped { reads: vec![answer.finish().ok()?], unread: Vec::new() };
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

/// Why an answer is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It does not say which node it is of.
    Nameless,
    /// It ended within a line.
    Cut,
    /// It has more queues than [`super::families::QUEUES_MAX`].
    TooManyQueues,
}

impl NodeAnswer {
    /// Takes the next piece of the body.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), Unusable> {
        self.lines.push(piece, |line| self.fold.line(line));
        if self.fold.is_overfull() { Err(Unusable::TooManyQueues) } else { Ok(()) }
    }

    /// The answer as a whole.
    pub(super) fn finish(mut self) -> Result<NodeRead, Unusable> {
        let ended = self.lines.finish();
        if ended.cut {
            return Err(Unusable::Cut);
        }
        self.fold.skip(ended.overlong);
        self.fold.finish().ok_or(Unusable::Nameless)
    }
}
