//! What the user wants, checked and typed. The only module that reads files and the environment.
//!
//! [`Config`] is the configuration as the program uses it: every value in it is valid, so nothing downstream checks again.

mod document;
#[cfg(test)]
mod documented;
mod duration;
mod file;
mod flags;
mod keys;
mod load;
mod parse;
mod problem;
mod raw;
mod reload;
mod secret;
mod source;
mod suggest;
mod validate;

pub use duration::{parse_duration, show_duration};
pub use file::read_file;
pub use flags::{BrokerFlags, ConfigArgs};
pub use problem::{Problem, Problems};
pub use reload::{Changes, watch};
pub use secret::{Login, Secret, SecretSource};

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use regex::Regex;
use reqwest::Url;

/// The configuration: brokers to read and backlogs to serve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The brokers, at least one, with distinct names.
    pub brokers: Vec<Arc<BrokerConfig>>,
    /// The configured backlogs, with distinct names. Every single queue is a backlog without being listed.
    pub backlogs: Vec<Arc<BacklogConfig>>,
}

/// One RabbitMQ cluster and how it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerConfig {
    /// The name that the selector label `broker` refers to.
    pub name: Box<str>,
    /// The management API's base URL, without credentials; a path in it is kept, for reverse proxies.
    pub management: Option<Url>,
    /// The Prometheus endpoints.
    pub prometheus: Option<PrometheusNodes>,
    /// Who to log in as; required with the management API.
    pub credentials: Option<Credentials>,
    /// Certificates for `https` URLs.
    pub tls: TlsFiles,
    /// The virtual host meant when a selector names none. Default `/`.
    pub default_vhost: Box<str>,
    /// From the beginning of one read to the beginning of the next. Default 5 s, at least 1 s.
    pub poll_interval: Duration,
    /// The deadline of one read as a whole, shorter than the poll interval. Default 4 s, or four fifths of the poll
    /// interval if that is shorter.
    pub timeout: Duration,
    /// The age beyond which a number is an error instead of an answer, at least two poll intervals. Default 30 s, or three
    /// poll intervals if that is longer.
    pub max_sample_age: Duration,
}

/// Where the Prometheus endpoint of every node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrometheusNodes {
    /// One base URL per node.
    Urls(Vec<Url>),
    /// One base URL whose host name resolves to all nodes, such as a headless Service; every address is read.
    Dns(Url),
}

/// The user and password of a broker, or where to find them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user's name.
    pub username: SecretSource,
    /// The user's password.
    pub password: SecretSource,
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

/// A named view over one or several queues of one virtual host.
#[derive(Clone, Debug, PartialEq)]
pub struct BacklogConfig {
    /// The name that the selector label `backlog` refers to.
    pub name: Box<str>,
    /// The broker's name.
    pub broker: Box<str>,
    /// The virtual host. Default: the broker's.
    pub vhost: Box<str>,
    /// Which queues belong to it.
    pub queues: QueueChoice,
    /// How their numbers become one. Default sum.
    pub aggregate: Aggregate,
    /// What a queue that does not exist means. Default error.
    pub when_missing: WhenMissing,
}

/// Which queues belong to a backlog.
#[derive(Clone, Debug)]
pub enum QueueChoice {
    /// These queues, each of which is expected to exist.
    Names(Vec<Box<str>>),
    /// Every queue whose whole name matches.
    Pattern {
        /// What the whole name must match.
        matching: Regex,
        /// What the whole name must not match.
        exclude: Option<Regex>,
    },
}

/// How the numbers of several queues become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aggregate {
    /// Added up.
    #[default]
    Sum,
    /// The largest.
    Max,
    /// The arithmetic mean.
    Avg,
}

/// What a queue that does not exist means for a backlog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenMissing {
    /// No data: the HPA holds.
    #[default]
    Error,
    /// The user has said that a queue nobody has declared yet is an empty one.
    Zero,
}

impl Config {
    /// The broker of this name.
    pub fn broker(&self, name: &str) -> Option<&Arc<BrokerConfig>> {
        self.brokers.iter().find(|broker| &*broker.name == name)
    }

    /// The configured backlog of this name.
    pub fn backlog(&self, name: &str) -> Option<&Arc<BacklogConfig>> {
        self.backlogs.iter().find(|backlog| &*backlog.name == name)
    }
}

impl QueueChoice {
    /// Whether a queue of this name belongs to the backlog. Patterns are anchored by whoever builds them.
    pub fn includes(&self, name: &str) -> bool {
        match self {
            Self::Names(names) => names.iter().any(|wanted| &**wanted == name),
            Self::Pattern { matching, exclude } => {
                matching.is_match(name) && !exclude.as_ref().is_some_and(|exclude| exclude.is_match(name))
            }
        }
    }
}

impl PartialEq for QueueChoice {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Names(names), Self::Names(others)) => names == others,
            (
                Self::Pattern { matching, exclude },
                Self::Pattern { matching: other_matching, exclude: other_exclude },
            ) => {
                matching.as_str() == other_matching.as_str()
                    && exclude.as_ref().map(Regex::as_str) == other_exclude.as_ref().map(Regex::as_str)
            }
            (Self::Names(_) | Self::Pattern { .. }, _) => false,
        }
    }
}

impl Credentials {
    /// Reads both now, because they rotate.
    pub fn read(&self) -> Result<Login, String> {
        Ok(Login { username: self.username.read()?, password: self.password.read()? })
    }
}
