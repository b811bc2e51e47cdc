//! Brokers that consist of fake servers.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Url;
use tempfile::TempDir;

use super::fake::Fake;
use crate::broker::Broker;
use crate::broker::Wanted;
use crate::config::{Connection, Credentials, PrometheusNodes, TlsFiles};
use leveret_core::Moment;
use leveret_core::observation::QueueId;
use leveret_runtime::secret::SecretRef;

/// A moment some seconds after the test's beginning.
pub(super) fn at(seconds: u64) -> Moment {
    Moment::new(Duration::ZERO, Timestamp::UNIX_EPOCH).plus(Duration::from_secs(seconds))
}

pub(super) fn wanted(names: &[&str]) -> Wanted {
    Wanted::Queues(names.iter().map(|name| QueueId::new("/", *name)).collect())
}

/// A configuration of nothing yet, with a deadline that no healthy test comes near.
pub(super) fn config() -> Connection {
    Connection {
        broker: leveret_core::testing::broker("main"),
        management: None,
        prometheus: None,
        credentials: None,
        tls: TlsFiles::default(),
        poll_interval: Duration::from_secs(30),
        timeout: Duration::from_secs(20),
    }
}

pub(super) fn nodes(fakes: &[&Fake]) -> PrometheusNodes {
    PrometheusNodes::Urls(fakes.iter().map(|fake| fake.url()).collect())
}

pub(super) fn broker(config: Connection) -> Broker {
    Broker::new(Arc::new(config))
}

/// Credentials in files, which can be rotated.
pub(super) struct Files(TempDir);

impl Files {
    pub(super) fn new() -> Self {
        let files = Self(tempfile::tempdir().expect("a temporary folder"));
        files.rotate("ann", "first secret");
        files
    }

    pub(super) fn rotate(&self, username: &str, password: &str) {
        std::fs::write(self.0.path().join("username"), username).expect("writable");
        std::fs::write(self.0.path().join("password"), password).expect("writable");
    }

    pub(super) fn credentials(&self) -> Credentials {
        let file = |name| SecretRef::File(self.0.path().join(name));
        Credentials { username: file("username"), password: file("password") }
    }

    /// A configuration with this management API alone.
    pub(super) fn management(&self, fake: &Fake) -> Connection {
        Connection { management: Some(fake.url()), credentials: Some(self.credentials()), ..config() }
    }
}

/// A URL where nothing listens.
pub(super) fn nobody() -> Url {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("bound");
    Url::parse(&format!("http://{address}")).expect("a URL")
}
