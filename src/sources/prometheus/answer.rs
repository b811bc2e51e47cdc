//! One node's answer, parsed as it arrives: no input or output.

use super::exposition::Lines;
use super::families::{NodeFold, NodeRead};
use super::rows::Rows;

/// One node's answer, of which a part has arrived.
#[derive(Debug)]
pub(in crate::sources) struct NodeAnswer {
    lines: Lines,
    fold: NodeFold,
}

/// Why an answer cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources) enum Unusable {
    /// It does not name its node.
    Nameless,
    /// It ended in the middle of a line.
    Truncated,
    /// It has more queues than [`QUEUES_MAX`](crate::sources::QUEUES_MAX).
    TooManyQueues,
}

impl NodeAnswer {
    /// The beginning of an answer, from an endpoint of which these rows are known.
    pub(in crate::sources) fn new(rows: Rows) -> Self {
        Self { lines: Lines::default(), fold: NodeFold::new(rows) }
    }

    /// Takes the next piece of the body.
    pub(in crate::sources) fn push(&mut self, piece: &[u8]) -> Result<(), Unusable> {
        self.lines.push(piece, |line| self.fold.line(line));
        if self.fold.is_overfull() { Err(Unusable::TooManyQueues) } else { Ok(()) }
    }

    /// The whole answer.
    pub(in crate::sources) fn finish(mut self) -> Result<NodeRead, Unusable> {
        let end = self.lines.finish();
        if end.truncated {
            return Err(Unusable::Truncated);
        }
        self.fold.skip(end.overlong);
        self.fold.finish().ok_or(Unusable::Nameless)
    }
}
