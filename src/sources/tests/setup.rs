//! Brokers that consist of fake servers.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use tempfile::TempDir;

use super::fake::Fake;
use crate::config::{Connection, Credentials, PrometheusNodes, TlsFiles};
use crate::sources::{Reader, Wanted};
use leveret_core::observation::{Names, QueueId};
pub(crate) use leveret_core::testing::at;
use leveret_runtime::Clock;
use leveret_runtime::secret::SecretRef;

pub(crate) fn wanted(names: &[&str]) -> Wanted {
    Wanted::Queues(names.iter().map(|name| QueueId::new("/", *name)).collect())
}

/// No names of queues are known.
pub(crate) fn names() -> Arc<Names> {
    Arc::default()
}

/// A connection without any source, with a deadline that no test reaches unless something is wrong.
pub(crate) fn connection() -> Connection {
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

pub(crate) fn nodes(fakes: &[&Fake]) -> PrometheusNodes {
    PrometheusNodes::Urls(fakes.iter().map(|fake| fake.url()).collect())
}

pub(crate) fn reader(connection: Connection) -> Reader {
    Reader::new(Arc::new(connection), Clock::system())
}

/// Credentials in files, which can be rotated.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        let files = Self(tempfile::tempdir().expect("a temporary folder"));
        files.rotate("ann", "first secret");
        files
    }

    pub(crate) fn rotate(&self, username: &str, password: &str) {
        std::fs::write(self.0.path().join("username"), username).expect("writable");
        std::fs::write(self.0.path().join("password"), password).expect("writable");
    }

    pub(crate) fn credentials(&self) -> Credentials {
        let file = |name| SecretRef::File(self.0.path().join(name));
        Credentials { username: file("username"), password: file("password") }
    }

    /// A connection with this management API alone.
    pub(crate) fn management(&self, fake: &Fake) -> Connection {
        Connection { management: Some(fake.url()), credentials: Some(self.credentials()), ..connection() }
    }
}

/// A URL where nothing listens.
pub(crate) fn unreachable_url() -> Url {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("bound");
    Url::parse(&format!("http://{address}")).expect("a URL")
}
