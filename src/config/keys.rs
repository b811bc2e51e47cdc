//! The names of everything that can be configured, in the file and as flags: the one list of them.

/// The keys of the file's top level.
pub(super) const TOP: &[&str] = &["brokers", "backlogs"];
/// The keys of one of `brokers`.
pub(super) const BROKER: &[&str] = &[
    "name",
    "management",
    "prometheus",
    "credentials",
    "tls",
    "defaultVhost",
    "pollInterval",
    "timeout",
    "maxSampleAge",
];
/// The keys of `management`.
pub(super) const MANAGEMENT: &[&str] = &["url"];
/// The keys of `prometheus`.
pub(super) const PROMETHEUS: &[&str] = &["urls", "dns"];
/// The keys of a broker below which URLs stand.
pub(super) const WITH_URLS: &[&str] = &["management", "prometheus"];
/// The keys of `credentials`.
pub(super) const CREDENTIALS: &[&str] = &["usernameFile", "usernameEnv", "passwordFile", "passwordEnv"];
/// The keys of `tls`.
pub(super) const TLS: &[&str] = &["caFile", "certFile", "keyFile"];
/// The keys of one of `backlogs`.
pub(super) const BACKLOG: &[&str] = &["name", "broker", "vhost", "queues", "aggregate", "whenMissing"];
/// The keys of a backlog that a later version will know.
pub(super) const BACKLOG_LATER: &[&str] = &["slo", "serviceTime", "concurrency"];
/// The keys of `queues`.
pub(super) const QUEUES: &[&str] = &["names", "match", "exclude"];

/// The flag for each key of a broker that has one.
pub(super) const FLAGS: &[(&str, &str)] = &[
    ("name", "--broker-name"),
    ("url", "--management-url"),
    ("urls", "--prometheus-url"),
    ("dns", "--prometheus-dns"),
    ("usernameFile", "--username-file"),
    ("usernameEnv", "LEVERET_USERNAME"),
    ("passwordFile", "--password-file"),
    ("passwordEnv", "LEVERET_PASSWORD"),
    ("caFile", "--ca-file"),
    ("certFile", "--cert-file"),
    ("keyFile", "--key-file"),
    ("defaultVhost", "--default-vhost"),
    ("pollInterval", "--poll-interval"),
    ("timeout", "--timeout"),
    ("maxSampleAge", "--max-sample-age"),
];

/// Every key of the file.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    let tables = [TOP, BROKER, MANAGEMENT, PROMETHEUS, CREDENTIALS, TLS, BACKLOG, BACKLOG_LATER, QUEUES];
    tables.into_iter().flatten().copied()
}

/// Who wrote a configuration, and so what its settings are called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Origin {
    #[default]
    File,
    Flags,
}

impl Origin {
    /// The name of a broker's key as this user knows it.
    pub(super) fn name(self, key: &'static str) -> &'static str {
        match self {
            Self::File => key,
            Self::Flags => FLAGS.iter().find(|(known, _)| *known == key).map_or(key, |(_, flag)| flag),
        }
    }
}
