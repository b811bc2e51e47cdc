//! Values for tests, so that each test writes only what it is about.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::observation::{Absence, Coverage, Observation, QueueId, QueueReading, Reading, Scope};
use crate::{Broker, Moment};

/// The moment `seconds` after the beginning of 1970 and of the test.
pub fn at(seconds: u64) -> Moment {
    Moment::new(Duration::ZERO, Timestamp::UNIX_EPOCH).plus(Duration::from_secs(seconds))
}

/// A broker with the default virtual host `/` whose numbers may be 30 s old.
pub fn broker(name: &str) -> Arc<Broker> {
    Arc::new(Broker { name: name.into(), default_vhost: "/".into(), max_sample_age: Duration::from_secs(30) })
}

/// A queue of which only the ready messages are known.
pub fn only_ready(ready: u64) -> QueueReading {
    QueueReading { ready: Reading::Present(ready), ..QueueReading::absent(Absence::NotInAnswer) }
}

/// A complete observation, `seconds` after [`at`]'s beginning, of a broker that has been up for 1000 s: queues of the
/// virtual host `/` with their ready messages.
pub fn observation(seconds: u64, queues: &[(&str, u64)]) -> Observation {
    Observation {
        at: at(seconds),
        queues: queues.iter().map(|(name, ready)| (QueueId::new("/", *name), only_ready(*ready))).collect(),
        scope: Scope::Everything,
        unread: Vec::new(),
        coverage: Coverage::from_number(1),
        uptime: Some(Duration::from_secs(1000)),
        finding: None,
        skipped: 0,
        degraded: Vec::new(),
    }
}
