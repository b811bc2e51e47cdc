//! What the user wants, checked and typed. The only module that reads files and the environment.
//!
//! [`Config`] is the configuration as the program uses it: every value in it is valid, so nothing downstream checks again.

mod document;
#[cfg(test)]
mod documented;
mod doubts;
mod either;
mod findings;
mod flags;
mod load;
mod model;
mod place;
mod problem;
mod reader;
mod reload;
mod setting;
mod suggest;
mod validate;

pub use flags::{ConfigArgs, secret_variables};
pub use problem::Problems;
pub use reload::{Changes, watch};

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use leveret_core::{Backlog, Broker, View};
use leveret_runtime::secret::{Login, Secret, SecretRef};
use reqwest::Url;

/// The configuration: brokers to read and backlogs to serve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// How each broker is read, at least one.
    pub connections: Vec<Arc<Connection>>,
    /// What may be asked about: those brokers, and the configured backlogs.
    pub view: View,
}

/// How one RabbitMQ cluster is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// The broker. The default of its `max_sample_age` is 30 s, or three poll intervals if that is longer, and it is at
    /// least two poll intervals.
    pub broker: Arc<Broker>,
    /// The management API's base URL, without credentials; a path in it is kept, for reverse proxies.
    pub management: Option<Url>,
    /// The Prometheus endpoints.
    pub prometheus: Option<PrometheusNodes>,
    /// Who to log in as; required with the management API.
    pub credentials: Option<Credentials>,
    /// Certificates for `https` URLs.
    pub tls: TlsFiles,
    /// From the beginning of one read to the beginning of the next. Default 5 s, at least 1 s.
    pub poll_interval: Duration,
    /// The deadline of one read as a whole, shorter than the poll interval. Default 4 s, or four fifths of the poll
    /// interval if that is shorter.
    pub timeout: Duration,
}

impl Connection {
    /// Whether it leads to the same broker as another: what was read at other addresses says nothing about it.
    pub fn has_addresses_of(&self, other: &Self) -> bool {
        self.management == other.management && self.prometheus == other.prometheus
    }
}

/// Where the Prometheus endpoint of every node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrometheusNodes {
    /// One base URL per node.
    Urls(Vec<Url>),
    /// A host name that resolves to all nodes, such as a headless Service; every address is read.
    Dns {
        /// A base URL with that host name.
        url: Url,
        /// The name in the nodes' certificates, if it is another one.
        server_name: Option<Box<str>>,
    },
}

/// The user and password of a broker, or where to find them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user's name.
    pub username: SecretRef,
    /// The user's password.
    pub password: SecretRef,
}

/// PEM files for the connection to a broker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFiles {
    /// Certificate authorities to trust instead of the system's.
    pub ca: Option<PathBuf>,
    /// The client certificate, with its chain.
    pub certificate: Option<PathBuf>,
    /// The client certificate's private key.
    pub key: Option<PathBuf>,
}

impl Config {
    /// The configuration of these brokers, with these backlogs over them.
    pub fn new(connections: Vec<Arc<Connection>>, backlogs: Vec<Arc<Backlog>>) -> Self {
        let brokers = connections.iter().map(|connection| Arc::clone(&connection.broker)).collect();
        Self { connections, view: View { brokers, backlogs } }
    }

    /// How the broker of this name is read.
    pub fn connection(&self, broker: &str) -> Option<&Arc<Connection>> {
        self.connections.iter().find(|connection| &*connection.broker.name == broker)
    }
}

impl Credentials {
    /// Reads both now, because they rotate.
    ///
    /// # Errors
    /// A message that names the key, and the file.
    pub fn read(&self) -> Result<Login, String> {
        Ok(Login { username: read(&self.username, "username")?, password: read(&self.password, "password")? })
    }
}

fn read(secret: &SecretRef, key: &str) -> Result<Secret, String> {
    secret.read().map_err(|error| match secret {
        SecretRef::File(path) => {
            format!("cannot use `{}` of `credentials.{key}File` (`--{key}-file`): {error}", path.display())
        }
        SecretRef::Env(_) => {
            format!("cannot use `credentials.{key}Env` (`LEVERET_{}`): {error}", key.to_uppercase())
        }
    })
}
