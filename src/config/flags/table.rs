//! The flags of one broker, each with its environment variable and the key that it stands for.

/// A flag that stands for a key of a broker.
pub(in crate::config) struct Flag {
    /// The name, without the dashes.
    pub(in crate::config) name: &'static str,
    pub(in crate::config) variable: &'static str,
    /// The path of the key below the broker.
    pub(in crate::config) key: &'static str,
    /// What the help calls its value.
    pub(super) value: &'static str,
    /// Whether it may be repeated, or hold several values between commas.
    pub(in crate::config) list: bool,
    pub(super) help: &'static str,
}

/// An environment variable with a secret. It has no flag, because every process of a machine can see flags.
pub(in crate::config) struct Variable {
    pub(in crate::config) name: &'static str,
    /// The path of the key below the broker.
    pub(in crate::config) key: &'static str,
    /// The flag whose file is read instead.
    pub(super) file: &'static str,
}

const fn one(
    name: &'static str,
    variable: &'static str,
    key: &'static str,
    value: &'static str,
    help: &'static str,
) -> Flag {
    Flag { name, variable, key, value, list: false, help }
}

/// All flags of a broker.
#[rustfmt::skip]
pub(in crate::config) const FLAGS: &[Flag] = &[
    one("broker-name", "LEVERET_BROKER_NAME", "name", "NAME",
        "Name of the broker [default: main]"),
    one("management-url", "LEVERET_MANAGEMENT_URL", "management.url", "URL",
        "URL of the management API, such as `https://rabbit:15671`"),
    Flag { list: true, ..one("prometheus-url", "LEVERET_PROMETHEUS_URL", "prometheus.urls", "URL",
        "URL of a node's Prometheus endpoint, such as `http://rabbit-0:15692`; repeat it for each node, or use commas") },
    one("prometheus-dns", "LEVERET_PROMETHEUS_DNS", "prometheus.dns", "HOST:PORT",
        "Name and port whose addresses are all nodes' Prometheus endpoints, such as `rabbit-nodes:15692`"),
    one("prometheus-server-name", "LEVERET_PROMETHEUS_SERVER_NAME", "prometheus.serverName", "NAME",
        "Name to verify in the certificates of the nodes behind `--prometheus-dns` [default: its name]"),
    one("username-file", "LEVERET_USERNAME_FILE", "credentials.usernameFile", "FILE",
        "File with the user's name [default: the environment variable `LEVERET_USERNAME`]"),
    one("password-file", "LEVERET_PASSWORD_FILE", "credentials.passwordFile", "FILE",
        "File with the password [default: the environment variable `LEVERET_PASSWORD`]"),
    one("ca-file", "LEVERET_CA_FILE", "tls.caFile", "FILE",
        "PEM file with the certificate authorities of the broker [default: the system's]"),
    one("cert-file", "LEVERET_CERT_FILE", "tls.certFile", "FILE",
        "PEM file with the client certificate for the broker [default: none]"),
    one("key-file", "LEVERET_KEY_FILE", "tls.keyFile", "FILE",
        "PEM file with the client certificate's key [default: none]"),
    one("default-vhost", "LEVERET_DEFAULT_VHOST", "defaultVhost", "VHOST",
        "Virtual host that is meant when a selector names none [default: /]"),
    one("poll-interval", "LEVERET_POLL_INTERVAL", "pollInterval", "DURATION",
        "From one read of the broker to the next, 1s to 5m [default: 5s]"),
    one("timeout", "LEVERET_TIMEOUT", "timeout", "DURATION",
        "Deadline of one read, 100ms to less than the poll interval [default: 4s, or 4/5 of the poll interval]"),
    one("max-sample-age", "LEVERET_MAX_SAMPLE_AGE", "maxSampleAge", "DURATION",
        "Age beyond which a number is no longer served, two poll intervals to 1h [default: 30s, or 3 poll intervals]"),
];

/// The variables that only hold secrets.
pub(in crate::config) const VARIABLES: &[Variable] = &[
    Variable { name: "LEVERET_USERNAME", key: "credentials.usernameEnv", file: "username-file" },
    Variable { name: "LEVERET_PASSWORD", key: "credentials.passwordEnv", file: "password-file" },
];

/// What a key of a broker is called for who uses flags; `key` is the last part of its path.
pub(in crate::config) fn name(key: &'static str) -> String {
    let is_it = |path: &str| path.rsplit('.').next() == Some(key);
    if let Some(flag) = FLAGS.iter().find(|flag| is_it(flag.key)) {
        return format!("--{}", flag.name);
    }
    VARIABLES.iter().find(|variable| is_it(variable.key)).map_or(key, |variable| variable.name).to_owned()
}
