//! Values for tests, so that each test writes only what it is about.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::observation::{
    Absence, Absences, Coverage, NodeId, NodeSeen, Observation, Origin, QueueId, QueueReading, Reading, Scope,
    SourceKind, Vhosts,
};
use crate::snapshot::BrokerState;
use crate::{Broker, Moment};

/// The node that everything comes from.
pub const NODE: &str = "rabbit@one";

/// The moment at which [`at`] begins, on a clock that began well before.
const BEGINNING: Duration = Duration::from_secs(1000);

/// The moment `seconds` after the beginning of 1970 and of the test.
pub fn at(seconds: u64) -> Moment {
    Moment::new(BEGINNING, Timestamp::UNIX_EPOCH).plus(Duration::from_secs(seconds))
}

/// A broker with the default virtual host `/` whose numbers may be 30 s old.
pub fn broker(name: &str) -> Arc<Broker> {
    Arc::new(Broker { name: name.into(), default_vhost: "/".into(), max_sample_age: Duration::from_secs(30) })
}

/// A queue of which only the ready messages are known.
pub fn only_ready(ready: u64) -> QueueReading {
    let absent = QueueReading { origin: Some(origin()), ..QueueReading::absent(Absence::NotInAnswer) };
    QueueReading { ready: Reading::Present(ready), ..absent }
}

/// Where the numbers of a test come from: the Prometheus endpoint of [`NODE`].
pub fn origin() -> Origin {
    Origin::new(SourceKind::Prometheus, Some(NodeId::of(NODE)))
}

/// A node that has been up for 1000 s and has not restarted.
pub fn node(name: &str) -> NodeSeen {
    NodeSeen {
        source: SourceKind::Prometheus,
        name: name.into(),
        start: None,
        answering: Some(Duration::from_secs(1000)),
        went_on: true,
    }
}

/// A broker without queues that has been read since long before [`at`]'s beginning.
pub fn long_read() -> BrokerState {
    let before = Timestamp::UNIX_EPOCH - jiff::SignedDuration::from_secs(20);
    let at = Moment::new(BEGINNING.saturating_sub(Duration::from_secs(20)), before);
    BrokerState::default().advance(&Observation { at, ..observation(0, &[]) })
}

/// A complete observation, `seconds` after [`at`]'s beginning, of a broker whose one node has been up for 1000 s: queues of
/// the virtual host `/` with their ready messages.
pub fn observation(seconds: u64, queues: &[(&str, u64)]) -> Observation {
    Observation {
        at: at(seconds),
        queues: queues.iter().map(|(name, ready)| (QueueId::new("/", *name), only_ready(*ready))).collect(),
        scope: Scope::Everything,
        unread: Vec::new(),
        unread_vhosts: Vec::new(),
        coverage: Coverage::from_number(1),
        nodes: vec![node(NODE)],
        read_by: vec![SourceKind::Prometheus],
        unattributed: None,
        absences: Absences::Proven { by: SourceKind::Prometheus, vhosts: Vhosts::All },
        finding: None,
        skipped: 0,
        degraded: Vec::new(),
    }
}
