//! The parsers by themselves: from the bytes that a broker sends to plain values. The benchmarks measure these.

use std::sync::Arc;

use super::management::queues;
use super::merge::{Outcome, merge};
use super::nodes::Nodes;
use super::prometheus::{Membership, NodeAnswer, Rows, Scraped, sum};
use super::wanted::Wanted;
use leveret_core::Moment;
use leveret_core::observation::{Names, Observation, QueueMap, QueueReading, SourceKind};

/// The Prometheus endpoint `/metrics/detailed` of one node, with what is remembered from answer to answer.
#[derive(Debug, Default)]
pub struct Endpoint(Rows);

impl Endpoint {
    /// Parses one answer, which arrives in `pieces`, into the observation of a broker with this node only, of which these
    /// names of queues are known. None if the answer does not name its node, ends in the middle of a line, or has too many
    /// queues.
    pub fn read<'a>(
        &mut self,
        pieces: impl IntoIterator<Item = &'a [u8]>,
        names: &Arc<Names>,
        at: Moment,
    ) -> Option<Observation> {
        let mut answer = NodeAnswer::new(std::mem::take(&mut self.0));
        pieces.into_iter().try_for_each(|piece| answer.push(piece)).ok()?;
        let reads = vec![(String::new(), answer.finish().ok()?)];
        let mut scraped = Scraped { reads, unread: Vec::new(), membership: Membership::Told(Vec::new()) };
        let partial = sum(&mut scraped, names, &mut Nodes::new(""), at);
        self.0 = scraped.reads.pop().map(|(_, read)| read.into_rows()).unwrap_or_default();
        merge(vec![(SourceKind::Prometheus, Outcome::Read(Box::new(partial)))], &Wanted::Everything, at).ok()
    }
}

/// Parses a list of queues, the management API's `/api/queues`, of which these names are known.
///
/// # Errors
/// If `body` is not JSON or not a list. A field or an item of another shape than expected is skipped.
pub fn management(body: &[u8], names: &Arc<Names>) -> Result<QueueMap<QueueReading>, serde_json::Error> {
    queues::list(body, names).map(|list| list.queues)
}
