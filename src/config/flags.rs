//! One broker without a file: flags, each of which is also an environment variable.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Config;
use super::keys::{FLAGS, Origin};
use super::problem::{Findings, Problems};
use super::raw::{Field, Given, RawBroker, RawConfig, RawCredentials, RawTls};
use super::source::{Place, Source};
use leveret_runtime::secret;

/// Where the configuration comes from: a file, or flags for one broker.
#[derive(Args, Clone, Debug, Default)]
pub struct ConfigArgs {
    /// File with brokers and backlogs, in YAML; it is read again whenever it changes. Excludes the flags of one broker
    #[arg(long, value_name = "FILE", env = "LEVERET_CONFIG", help_heading = "Brokers")]
    pub config: Option<PathBuf>,
    /// The broker, where there is no file.
    #[command(flatten)]
    pub broker: BrokerFlags,
}

/// One broker as flags. User and password are never flags: they come from files or from the environment variables
/// `LEVERET_USERNAME` and `LEVERET_PASSWORD`.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Brokers")]
pub struct BrokerFlags {
    /// Name of the broker [default: main]
    #[arg(long, value_name = "NAME", env = "LEVERET_BROKER_NAME")]
    pub broker_name: Option<String>,
    /// URL of the management API, such as `https://rabbit:15671`
    #[arg(long, value_name = "URL", env = "LEVERET_MANAGEMENT_URL", hide_env_values = true)]
    pub management_url: Option<String>,
    /// URL of a node's Prometheus endpoint, such as `http://rabbit-0:15692`; repeat it for each node, or use commas
    #[arg(long, value_name = "URL", env = "LEVERET_PROMETHEUS_URL", hide_env_values = true, value_delimiter = ',')]
    pub prometheus_url: Vec<String>,
    /// Name and port whose addresses are all nodes' Prometheus endpoints, such as `rabbit-nodes:15692`
    #[arg(long, value_name = "HOST:PORT", env = "LEVERET_PROMETHEUS_DNS", hide_env_values = true)]
    pub prometheus_dns: Option<String>,
    /// File with the user's name [default: the environment variable `LEVERET_USERNAME`]
    #[arg(long, value_name = "FILE", env = "LEVERET_USERNAME_FILE")]
    pub username_file: Option<String>,
    /// File with the password [default: the environment variable `LEVERET_PASSWORD`]
    #[arg(long, value_name = "FILE", env = "LEVERET_PASSWORD_FILE")]
    pub password_file: Option<String>,
    /// PEM file with the certificate authorities of the broker [default: the system's]
    #[arg(long, value_name = "FILE", env = "LEVERET_CA_FILE")]
    pub ca_file: Option<String>,
    /// PEM file with the client certificate for the broker [default: none]
    #[arg(long, value_name = "FILE", env = "LEVERET_CERT_FILE")]
    pub cert_file: Option<String>,
    /// PEM file with the client certificate's key [default: none]
    #[arg(long, value_name = "FILE", env = "LEVERET_KEY_FILE")]
    pub key_file: Option<String>,
    /// Virtual host that is meant when a selector names none [default: /]
    #[arg(long, value_name = "VHOST", env = "LEVERET_DEFAULT_VHOST")]
    pub default_vhost: Option<String>,
    /// From one read of the broker to the next, 1s to 5m [default: 5s]
    #[arg(long, value_name = "DURATION", env = "LEVERET_POLL_INTERVAL")]
    pub poll_interval: Option<String>,
    /// Deadline of one read, 100ms to less than the poll interval [default: 4s, or 4/5 of the poll interval]
    #[arg(long, value_name = "DURATION", env = "LEVERET_TIMEOUT")]
    pub timeout: Option<String>,
    /// Age beyond which a number is no longer served, two poll intervals to 1h [default: 30s, or 3 poll intervals]
    #[arg(long, value_name = "DURATION", env = "LEVERET_MAX_SAMPLE_AGE")]
    pub max_sample_age: Option<String>,
}

// === impl ConfigArgs ===

impl ConfigArgs {
    /// The configuration.
    ///
    /// # Errors
    /// All problems of the file or of the flags, or that both are given or none.
    pub fn load(&self) -> Result<Config, Problems> {
        let Some(path) = self.file() else { return self.broker.config(secret::is_set) };
        let flags = self.broker.given();
        if flags.is_empty() {
            return Config::from_file(path);
        }
        let reason = format!("`--config` is given together with {}", flags.join(", "));
        Err(Problems::about("flags and environment", reason, "write the broker into the file, or leave out `--config`"))
    }

    /// The file to watch, if the configuration is a file.
    pub fn file(&self) -> Option<&Path> {
        self.config.as_deref()
    }
}

// === impl BrokerFlags ===

impl BrokerFlags {
    /// A configuration of one broker. `is_set` tells whether an environment variable holds a secret.
    pub(super) fn config(&self, is_set: impl Fn(&str) -> bool) -> Result<Config, Problems> {
        let source = Source::nowhere("flags and environment".to_owned());
        let raw = RawConfig {
            origin: Origin::Flags,
            brokers: Field::Given(Given { value: vec![self.raw(is_set)], place: Place::Whole }),
            backlogs: Field::Absent,
        };
        Config::from_raw(Some(&raw), Findings::default(), &source)
    }

    fn raw(&self, is_set: impl Fn(&str) -> bool) -> RawBroker {
        let field = |key, value: &Option<String>| match value {
            Some(value) => Field::Given(Given { value: value.clone(), place: place(key) }),
            None => Field::Absent,
        };
        // A file is the more explicit wish, so the variable is not even looked at.
        let env = |key, variable: &str, file: &Option<String>| {
            if file.is_none() && is_set(variable) { field(key, &Some(variable.to_owned())) } else { Field::Absent }
        };
        let credentials = RawCredentials {
            username_file: field("usernameFile", &self.username_file),
            username_env: env("usernameEnv", "LEVERET_USERNAME", &self.username_file),
            password_file: field("passwordFile", &self.password_file),
            password_env: env("passwordEnv", "LEVERET_PASSWORD", &self.password_file),
        };
        let urls = self
            .prometheus_url
            .iter()
            .map(|url| Given { value: url.clone(), place: place("urls") })
            .collect::<Vec<_>>();
        RawBroker {
            place: Place::Whole,
            name: field("name", &Some(self.broker_name.clone().unwrap_or_else(|| "main".to_owned()))),
            management: field("url", &self.management_url),
            urls: if urls.is_empty() {
                Field::Absent
            } else {
                Field::Given(Given { value: urls, place: place("urls") })
            },
            dns: field("dns", &self.prometheus_dns),
            credentials: if credentials.is_absent() {
                Field::Absent
            } else {
                Field::Given(Given { value: credentials, place: Place::Whole })
            },
            tls: RawTls {
                ca: field("caFile", &self.ca_file),
                cert: field("certFile", &self.cert_file),
                key: field("keyFile", &self.key_file),
            },
            default_vhost: field("defaultVhost", &self.default_vhost),
            poll_interval: field("pollInterval", &self.poll_interval),
            timeout: field("timeout", &self.timeout),
            max_sample_age: field("maxSampleAge", &self.max_sample_age),
        }
    }

    /// The flags that are given.
    fn given(&self) -> Vec<String> {
        let raw = self.raw(|_| false);
        let credentials = raw.credentials.given().map(|given| &given.value);
        let mut fields = vec![&raw.management, &raw.dns, &raw.tls.ca, &raw.tls.cert, &raw.tls.key];
        fields.extend([&raw.default_vhost, &raw.poll_interval, &raw.timeout, &raw.max_sample_age]);
        fields.extend(self.broker_name.as_ref().map(|_| &raw.name));
        fields.extend(credentials.into_iter().flat_map(|it| [&it.username_file, &it.password_file]));
        let places = fields.into_iter().filter_map(Field::given).map(|given| &given.place);
        let places = places.chain(raw.urls.given().map(|given| &given.place));
        places
            .filter_map(|place| if let Place::Flag(flag) = place { Some(format!("`{flag}`")) } else { None })
            .collect()
    }
}

/// Only which flags are given, for a URL may hold a password until it has been refused.
impl fmt::Debug for BrokerFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BrokerFlags").field(&self.given()).finish()
    }
}

/// The flag of a key.
fn place(key: &'static str) -> Place {
    FLAGS.iter().find(|(known, _)| *known == key).map_or(Place::Whole, |(_, flag)| Place::Flag(flag))
}
