//! Messages that a broker counts as a whole, and not per queue.

/// Messages of a whole broker that no queue's counters have, cumulative, in messages. Each may have been one of any queue.
///
/// Streams are left out: their entries are no work, and clients of the stream protocol reach nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unattributed {
    /// Messages that arrived: published by clients that are not counted per queue, or dead-lettered.
    pub arrived: u64,
    /// Messages delivered to such clients.
    pub delivered: u64,
    /// Messages acknowledged by such clients.
    pub acked: u64,
    /// Messages delivered once more to such clients.
    pub redelivered: u64,
    /// Messages that left without a client: they expired, or a limit of length or of deliveries removed them.
    pub dropped: u64,
    /// Which clients these are.
    pub clients: UncountedClients,
}

/// The clients whose messages the broker does not count per queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UncountedClients {
    /// Those of other protocols than AMQP 0-9-1.
    OtherProtocols,
    /// All: no queue has a counter, as with `management.rates_mode = none`.
    All,
    /// Those of other protocols at least. This source does not show whether AMQP 0-9-1 clients are counted.
    OtherProtocolsAtLeast,
}

impl Unattributed {
    /// What was counted since `earlier`; none if a counter fell, or if these are not the same clients.
    pub fn since(self, earlier: Self) -> Option<Self> {
        if self.clients != earlier.clients {
            return None;
        }
        Some(Self {
            arrived: self.arrived.checked_sub(earlier.arrived)?,
            delivered: self.delivered.checked_sub(earlier.delivered)?,
            acked: self.acked.checked_sub(earlier.acked)?,
            redelivered: self.redelivered.checked_sub(earlier.redelivered)?,
            dropped: self.dropped.checked_sub(earlier.dropped)?,
            clients: self.clients,
        })
    }

    /// The most messages that such clients can have taken out of queues.
    pub fn taken(self) -> u64 {
        self.delivered.max(self.acked)
    }
}
