//! The parsers by themselves: from the bytes that a broker sends to plain values. The benchmarks measure these.

use super::management::queues;
use super::merge::{Outcome, merge};
use super::nodes::Nodes;
use super::prometheus::{Membership, NodeAnswer, Scraped, sum};
use super::wanted::Wanted;
use leveret_core::Moment;
use leveret_core::observation::{Observation, QueueMap, QueueReading, SourceKind};

/// Parses one node's answer of the Prometheus endpoint `/metrics/detailed`, which arrives in `pieces`, into the observation
/// of a broker with this node only. None if the answer does not name its node, ends in the middle of a line, or has too many
/// queues.
pub fn prometheus<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, at: Moment) -> Option<Observation> {
    let mut answer = NodeAnswer::default();
    pieces.into_iter().try_for_each(|piece| answer.push(piece)).ok()?;
    let scraped =
        Scraped { reads: vec![answer.finish().ok()?], unread: Vec::new(), membership: Membership::Told(Vec::new()) };
    let partial = sum(scraped, &mut Nodes::new(""), at);
    merge(vec![(SourceKind::Prometheus, Outcome::Read(partial))], &Wanted::Everything, at).ok()
}

/// Parses a list of queues, the management API's `/api/queues`.
///
/// # Errors
/// If `body` is not JSON or not a list. A field or an item of another shape than expected is skipped.
pub fn management(body: &[u8]) -> Result<QueueMap<QueueReading>, serde_json::Error> {
    queues::list(body).map(|list| list.queues)
}
