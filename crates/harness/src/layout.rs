//! The files of one broker's folder, and the environment that points RabbitMQ at them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::credentials::{Credentials, hexadecimal, random};
use crate::options::Options;
use crate::ports::Ports;

/// Where a broker that runs inside a root sees its folder: every Debian system has `/srv`, empty.
pub(crate) const MOUNT_POINT: &str = "/srv";

/// The file with what Erlang nodes know each other by.
const COOKIE: &str = ".erlang.cookie";

/// The folder of one broker.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The folder as this process sees it.
    folder: PathBuf,
    /// The folder as the broker sees it.
    inside: PathBuf,
    /// The node's name.
    node: String,
}

impl Layout {
    /// Takes `folder`, seen at [`MOUNT_POINT`] by a broker with a root of its own.
    pub(crate) fn new(folder: PathBuf, rooted: bool, node: String) -> Self {
        let inside = if rooted { PathBuf::from(MOUNT_POINT) } else { folder.clone() };
        Self { folder, inside, node }
    }

    /// The node's name.
    pub(crate) fn node(&self) -> &str {
        &self.node
    }

    /// What the nodes of the broker's cluster know each other by.
    pub(crate) fn cookie(&self) -> anyhow::Result<String> {
        fs::read_to_string(self.folder.join(COOKIE)).context("cannot read the Erlang cookie")
    }

    /// The folder as this process sees it.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the launcher and the shells around it print; the only place that says why a start failed early.
    pub(crate) fn launcher_log(&self) -> PathBuf {
        self.folder.join("launcher.log")
    }

    /// What `epmd` prints.
    pub(crate) fn epmd_log(&self) -> PathBuf {
        self.folder.join("epmd.log")
    }

    /// What the last `rabbitmqctl` printed.
    pub(crate) fn control_log(&self) -> PathBuf {
        self.folder.join("control.log")
    }

    /// The broker's own log.
    pub(crate) fn broker_log(&self) -> PathBuf {
        self.folder.join("broker.log")
    }

    /// Writes the configuration, the list of plugins and the Erlang cookie; the latter once, as RabbitMQ wants it
    /// read-only.
    pub(crate) fn write(&self, ports: &Ports, user: &Credentials, options: &Options) -> anyhow::Result<()> {
        let write = |name: &str, text: &str| {
            let path = self.folder.join(name);
            fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))
        };
        write("rabbitmq.conf", &self.configuration(ports, user, options))?;
        let plugins: String = options.plugins.iter().flat_map(|plugin| [",", plugin]).collect();
        write("enabled_plugins", &format!("[rabbitmq_management,rabbitmq_prometheus{plugins}].\n"))?;
        let cookie = self.folder.join(COOKIE);
        if !cookie.exists() {
            let known = options.join.as_ref().map(|member| member.cookie.clone());
            write(COOKIE, &known.map_or_else(|| random::<16>().map(|bytes| hexadecimal(&bytes)), Ok)?)?;
            fs::set_permissions(&cookie, fs::Permissions::from_mode(0o400))
                .with_context(|| format!("cannot protect `{}`", cookie.display()))?;
        }
        Ok(())
    }

    /// The whole environment of the broker: nothing of the caller's reaches it.
    pub(crate) fn environment(&self, ports: &Ports, options: &Options) -> Vec<(&'static str, String)> {
        let path = |name: &str| self.inside.join(name).display().to_string();
        let tick = options.net_tick.map(|tick| format!(" -kernel net_ticktime {}", tick.as_secs())).unwrap_or_default();
        vec![
            ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".into()),
            ("LANG", "C.UTF-8".into()),
            ("HOME", self.inside.display().to_string()),
            ("RABBITMQ_NODENAME", self.node.clone()),
            ("ERL_EPMD_PORT", ports.epmd.to_string()),
            ("ERL_EPMD_ADDRESS", "127.0.0.1".into()),
            ("RABBITMQ_NODE_PORT", ports.amqp.to_string()),
            ("RABBITMQ_DIST_PORT", ports.distribution.to_string()),
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", format!("-kernel inet_dist_use_interface {{127,0,0,1}}{tick}")),
            // A file that does not exist: the machine's own /etc/rabbitmq must not leak in.
            ("RABBITMQ_CONF_ENV_FILE", path("no-environment-file")),
            ("RABBITMQ_CONFIG_FILE", path("rabbitmq.conf")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", path("enabled_plugins")),
            ("RABBITMQ_MNESIA_BASE", path("data")),
            ("RABBITMQ_LOG_BASE", path("log")),
            ("RABBITMQ_LOGS", path("broker.log")),
            ("RABBITMQ_PID_FILE", path("broker.pid")),
            // The launcher then becomes the broker instead of waiting for it, so the guard waits for the broker itself.
            ("RUNNING_UNDER_SYSTEMD", "true".into()),
            // A crash is what a test may ask for; its dump is not needed.
            ("ERL_CRASH_DUMP_SECONDS", "0".into()),
        ]
    }

    /// The text of `rabbitmq.conf`.
    fn configuration(&self, ports: &Ports, user: &Credentials, options: &Options) -> String {
        let own = [
            format!("listeners.tcp.local = 127.0.0.1:{}", ports.amqp),
            "management.tcp.ip = 127.0.0.1".into(),
            format!("management.tcp.port = {}", ports.management),
            "prometheus.tcp.ip = 127.0.0.1".into(),
            format!("prometheus.tcp.port = {}", ports.prometheus),
            format!("default_user = {}", user.username),
            format!("default_pass = {}", user.password),
        ];
        let peers = options.join.iter().flat_map(|member| {
            [
                "cluster_formation.peer_discovery_backend = classic_config".to_owned(),
                format!("cluster_formation.classic_config.nodes.1 = {}", member.node),
                format!("cluster_formation.classic_config.nodes.2 = {}", self.node),
            ]
        });
        own.into_iter()
            .chain(peers)
            .chain(options.conf.iter().cloned())
            .fold(String::new(), |text, line| text + &line + "\n")
    }
}
