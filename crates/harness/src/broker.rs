//! One private broker: started, killed, restarted, stopped.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use tempfile::TempDir;

use crate::control;
use crate::credentials::Credentials;
use crate::guard::{GLANCE, Guard};
use crate::http;
use crate::installation::Installation;
use crate::layout::Layout;
use crate::management::Management;
use crate::options::{Member, Options};
use crate::ports::Ports;
use crate::server::{self, Server};

/// How many lines of each log a failure shows. A boot that fails prints its reason first and then some forty lines of
/// Erlang's own reports.
const LOG_LINES: usize = 60;

/// The name of a broker's first node. Every cluster has an `epmd` of its own, so all of them may have the same name.
const NODE: &str = "rmq@localhost";

/// A running (or, after [`stop`](Self::stop) or [`kill`](Self::kill), stopped) broker. Dropping it kills the broker and
/// removes the folder, unless the folder was given. The broker also goes when this process goes, for whatever reason.
#[derive(Debug)]
pub struct PrivateBroker {
    // Declared, and so dropped, before the folder: a broker must be gone before its files are.
    server: Option<Server>,
    /// RabbitMQ would start one itself, in a session that no guard knows. It outlives the broker's restarts, because the other
    /// nodes of the cluster use it too. A node that has joined another uses that one's.
    _epmd: Option<Guard>,
    installation: Installation,
    options: Options,
    layout: Layout,
    ports: Ports,
    user: Credentials,
    made: Option<TempDir>,
}

impl PrivateBroker {
    /// Starts a broker and waits until its management and Prometheus endpoints answer. The error holds the end of the
    /// broker's logs.
    pub fn start(options: Options) -> anyhow::Result<Self> {
        let installation = Installation::find(options.root.as_deref())?;
        let (folder, made) = if let Some(folder) = &options.folder {
            fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
            (folder.canonicalize().context("cannot resolve the broker's folder")?, None)
        } else {
            let made = tempfile::Builder::new().prefix("private-broker-").tempdir();
            let made = made.context("cannot make a temporary folder for the broker")?;
            (made.path().to_owned(), Some(made))
        };
        let user = options.join.as_ref().map_or_else(Credentials::invent, |member| Ok(member.user.clone()))?;
        let (mut ports, mut node) = (Ports::choose()?, NODE.to_owned());
        if let Some(member) = &options.join {
            // An `epmd` tells nodes apart by their names; the port makes this one different.
            (ports.epmd, node) = (member.epmd, format!("rmq-{}@localhost", ports.amqp));
        }
        let layout = Layout::new(folder, installation.root().is_some(), node);
        let with_epmd = options.join.is_none();
        let epmd = with_epmd.then(|| server::epmd(&installation, &layout, &ports, &options)).transpose()?;
        let mut broker = Self { server: None, _epmd: epmd, layout, installation, options, ports, user, made };
        broker.restart()?;
        Ok(broker)
    }

    /// Stops the broker when it runs, and starts it again on the same ports and folder: durable queues and persistent
    /// messages are still there.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        self.stop();
        self.layout.write(&self.ports, &self.user, &self.options)?;
        let made = self.made.as_ref().map(TempDir::path);
        self.server = Some(Server::start(&self.installation, &self.layout, &self.ports, &self.options, made)?);
        self.wait_until_ready()
    }

    /// Ends the broker in order (SIGTERM), or kills it after [`Options::stop_within`]. Folder and ports stay.
    pub fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop(self.options.stop_within);
        }
    }

    /// Ends the broker as a crash would (SIGKILL). Folder and ports stay.
    pub fn kill(&mut self) {
        self.server = None;
    }

    /// Stops the broker's process where it is (SIGSTOP), as a machine that swaps or a virtual machine that is moved does.
    pub fn freeze(&mut self) {
        if let Some(server) = &mut self.server {
            server.signal("STOP");
        }
    }

    /// Lets a frozen process go on (SIGCONT).
    pub fn thaw(&mut self) {
        if let Some(server) = &mut self.server {
            server.signal("CONT");
        }
    }

    /// Runs `rabbitmqctl` for this node, and returns what it printed. The error of a command that fails has the same.
    pub fn control(&self, arguments: &[&str]) -> anyhow::Result<String> {
        control::run(&self.installation, &self.layout, &self.ports, &self.options, arguments)
    }

    /// The node, for another one to join: [`Options::join`].
    pub fn member(&self) -> anyhow::Result<Member> {
        let (node, cookie) = (self.layout.node().to_owned(), self.layout.cookie()?);
        Ok(Member { node, epmd: self.ports.epmd, cookie, user: self.user.clone() })
    }

    /// The node's name.
    pub fn node(&self) -> &str {
        self.layout.node()
    }

    /// Whether the broker's process runs now.
    pub fn is_running(&mut self) -> bool {
        self.server.as_mut().is_some_and(|server| server.ended().is_none())
    }

    /// The user with all rights, as administrator.
    pub fn username(&self) -> &str {
        &self.user.username
    }

    /// The password of [`username`](Self::username).
    pub fn password(&self) -> &str {
        &self.user.password
    }

    /// The port of AMQP on 127.0.0.1.
    pub fn amqp_port(&self) -> u16 {
        self.ports.amqp
    }

    /// The port of the management API on 127.0.0.1.
    pub fn management_port(&self) -> u16 {
        self.ports.management
    }

    /// The port of the Prometheus endpoint on 127.0.0.1.
    pub fn prometheus_port(&self) -> u16 {
        self.ports.prometheus
    }

    /// The address of AMQP, without credentials.
    pub fn amqp_url(&self) -> String {
        format!("amqp://127.0.0.1:{}", self.ports.amqp)
    }

    /// The address of the management API, without credentials and without `/api`.
    pub fn management_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.management)
    }

    /// The address of the Prometheus endpoint, without `/metrics`.
    pub fn prometheus_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.prometheus)
    }

    /// The folder that holds the broker's data, configuration and logs.
    pub fn folder(&self) -> &Path {
        self.layout.folder()
    }

    /// The broker's own log.
    pub fn log_path(&self) -> PathBuf {
        self.layout.broker_log()
    }

    /// A client of the management API as [`username`](Self::username).
    pub fn management(&self) -> Management {
        Management::new(self.ports.management, &self.user)
    }

    /// Waits until both endpoints answer. A launcher that ended, or a deadline that passed, is an error with the logs' end.
    pub fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let deadline = Instant::now() + self.options.ready_within;
        loop {
            if let Some(status) = self.server.as_mut().and_then(Server::ended) {
                self.server = None;
                anyhow::bail!("RabbitMQ ended while starting, with {status}{}", self.log_tail());
            }
            if self.is_ready() {
                return Ok(());
            }
            if Instant::now() >= deadline {
                let waited = self.options.ready_within;
                self.kill();
                anyhow::bail!("RabbitMQ was not ready within {waited:?}{}", self.log_tail());
            }
            std::thread::sleep(GLANCE);
        }
    }

    /// Whether the broker serves: no alarm on the node, and the Prometheus endpoint answers.
    fn is_ready(&self) -> bool {
        let healthy = self.management().request("GET", "/api/health/checks/local-alarms", None);
        healthy.is_ok_and(|answer| answer.status == 200)
            && http::send(self.ports.prometheus, "GET", "/metrics", "", &[]).is_ok_and(|(status, _)| status == 200)
    }

    /// The last lines of both logs, for an error.
    fn log_tail(&self) -> String {
        let mut text = String::new();
        for path in [self.layout.launcher_log(), self.layout.broker_log()] {
            // Whichever of the two was not begun has nothing to say.
            let Ok(log) = fs::read(&path) else { continue };
            let log = String::from_utf8_lossy(&log);
            let lines: Vec<&str> = log.lines().collect();
            let tail = lines[lines.len().saturating_sub(LOG_LINES)..].join("\n");
            text = format!("{text}\n--- the end of `{}`\n{tail}", path.display());
        }
        text
    }
}
