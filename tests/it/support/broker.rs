//! A real RabbitMQ for one test, with a user for Leveret who may see every queue and touch none.

use std::path::{Path, PathBuf};

use leveret_harness::{Management, Options, PrivateBroker};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::amqp::Amqp;
use super::parts;
use leveret_harness::{GuardedCommand, Process};

/// The versions of RabbitMQ that are here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// The machine's own.
    V3_10,
    /// The one in a folder.
    V4_0,
}

/// How Leveret reads a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sources {
    /// The Prometheus endpoint alone.
    Prometheus,
    /// The management API alone.
    Management,
    /// Both.
    Both,
}

/// A running broker.
pub(crate) struct Broker {
    process: PrivateBroker,
    /// Holds the credentials' files.
    folder: TempDir,
}

impl Broker {
    /// Starts a broker that refreshes its numbers every second, with further lines of `rabbitmq.conf`.
    #[track_caller]
    pub(crate) fn start(version: Version, conf: &[&str]) -> Self {
        Self::start_with(version, conf, &[])
    }

    /// The same with further plugins.
    #[track_caller]
    pub(crate) fn start_with(version: Version, conf: &[&str], plugins: &[&str]) -> Self {
        let plugins = plugins.iter().map(|&plugin| plugin.to_owned()).collect();
        let options = Options { plugins, ..options(version, conf) };
        let process = PrivateBroker::start(options).expect("the broker starts");
        let folder = tempfile::Builder::new().prefix("leveret-credentials").tempdir().expect("a temporary folder");
        let broker = Self { process, folder };
        let (username, password) = (broker.process.username(), broker.process.password());
        broker.write("administrator-username", username);
        broker.write("administrator-password", password);
        broker.change_password("open sesame");
        broker.write("username", "leveret");
        broker.write_password("open sesame");
        broker.permit("/");
        broker
    }

    /// Starts a second node of the same cluster.
    #[track_caller]
    pub(crate) fn second_node(&self, version: Version) -> PrivateBroker {
        let join = Some(self.process.member().expect("the first node runs"));
        PrivateBroker::start(Options { join, ..options(version, &[]) }).expect("the second node starts")
    }

    /// The process, to be killed and restarted.
    pub(crate) fn process(&mut self) -> &mut PrivateBroker {
        &mut self.process
    }

    /// The management API as the administrator.
    pub(crate) fn management(&self) -> Management {
        self.process.management()
    }

    /// The administrator's name and password.
    pub(crate) fn administrator(&self) -> (&str, &str) {
        (self.process.username(), self.process.password())
    }

    /// The address of AMQP.
    pub(crate) fn amqp_url(&self) -> String {
        self.process.amqp_url()
    }

    /// A client of AMQP as the administrator.
    #[track_caller]
    pub(crate) fn amqp(&self, vhost: &str) -> Amqp {
        let (username, password) = self.administrator();
        Amqp::connect(self.process.amqp_port(), vhost, username, password)
    }

    /// The address of the Prometheus endpoint.
    pub(crate) fn prometheus_url(&self) -> String {
        self.process.prometheus_url()
    }

    /// The file with the administrator's `username` or `password`, for producers and consumers.
    pub(crate) fn administrator_file(&self, what: &str) -> String {
        self.file(&format!("administrator-{what}")).display().to_string()
    }

    /// Starts one of the programs that put tasks into a queue and work them off.
    #[track_caller]
    pub(crate) fn worker(&self, program: &str, folder: &Path, arguments: &[&str]) -> Process {
        let mut command = GuardedCommand::new(parts::program(program));
        command
            .args(["--amqp-url", &self.amqp_url()])
            .args(["--username-file", &self.administrator_file("username")])
            .args(["--password-file", &self.administrator_file("password")])
            .args(arguments);
        Process::start(program, folder, command).expect("the program can be started")
    }

    /// Gives Leveret's user another password, without telling Leveret.
    pub(crate) fn change_password(&self, password: &str) {
        self.put("/api/users/leveret", &json!({"password": password, "tags": "management"}));
    }

    /// Writes Leveret's password into its file, without telling the broker.
    pub(crate) fn write_password(&self, password: &str) {
        self.write("password", password);
    }

    /// Makes a virtual host that Leveret's user may see.
    pub(crate) fn add_vhost(&self, vhost: &str) {
        self.put(&format!("/api/vhosts/{}", encoded(vhost)), &json!({}));
        let administrator = self.process.username();
        let all = json!({"configure": ".*", "write": ".*", "read": ".*"});
        self.put(&format!("/api/permissions/{}/{administrator}", encoded(vhost)), &all);
        self.permit(vhost);
    }

    /// Declares a durable classic queue on a node of the cluster.
    pub(crate) fn declare_on(&self, node: &str, vhost: &str, queue: &str) {
        let path = format!("/api/queues/{}/{}", encoded(vhost), encoded(queue));
        self.put(&path, &json!({"durable": true, "node": node}));
    }

    /// Declares a durable queue of a type: `classic`, `quorum` or `stream`.
    pub(crate) fn declare(&self, vhost: &str, queue: &str, kind: &str) {
        let path = format!("/api/queues/{}/{}", encoded(vhost), encoded(queue));
        self.put(&path, &json!({"durable": true, "arguments": {"x-queue-type": kind}}));
    }

    /// Publishes persistent messages.
    pub(crate) fn publish(&self, vhost: &str, queue: &str, count: usize) {
        let path = format!("/api/exchanges/{}/amq.default/publish", encoded(vhost));
        let message = json!({
            "properties": {"delivery_mode": 2}, "routing_key": queue, "payload": "{}", "payload_encoding": "string",
        });
        for _ in 0..count {
            let answer = self.management().post(&path, &message).expect("the broker takes a message");
            assert_eq!(answer["routed"], true, "queue `{queue}` took no message");
        }
    }

    /// This broker as an item of the configuration's list `brokers`, with further settings in lines of their own.
    pub(crate) fn configured(&self, name: &str, sources: Sources, settings: &str) -> String {
        self.configured_as(name, sources, settings, "")
    }

    /// The same with the login whose files have this prefix.
    pub(crate) fn configured_as(&self, name: &str, sources: Sources, settings: &str, login: &str) -> String {
        let file = |what: &str| self.file(&format!("{login}{what}")).display().to_string();
        let prometheus = format!("  prometheus: {{urls: ['{}']}}\n", self.process.prometheus_url());
        let management = format!(
            "  management: {{url: '{}'}}\n  credentials: {{usernameFile: '{}', passwordFile: '{}'}}\n",
            self.process.management_url(),
            file("username"),
            file("password")
        );
        let sources = match sources {
            Sources::Prometheus => prometheus,
            Sources::Management => management,
            Sources::Both => prometheus + &management,
        };
        let settings: String = settings.lines().flat_map(|line| ["  ", line, "\n"]).collect();
        format!("- name: {name}\n{sources}{settings}")
    }

    /// Writes the files of another login, and returns their prefix.
    pub(crate) fn login(&self, name: &str, username: &str, password: &str) -> String {
        self.write(&format!("{name}-username"), username);
        self.write(&format!("{name}-password"), password);
        format!("{name}-")
    }

    fn permit(&self, vhost: &str) {
        let nothing = json!({"configure": "^$", "write": "^$", "read": "^$"});
        self.put(&format!("/api/permissions/{}/leveret", encoded(vhost)), &nothing);
    }

    fn put(&self, path: &str, body: &Value) {
        self.management().put(path, body).expect("the broker can be arranged");
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.file(name), text).expect("the test's folder is writable");
    }
}

fn options(version: Version, conf: &[&str]) -> Options {
    let root = (version == Version::V4_0).then(parts::rabbitmq_4);
    let own = ["collect_statistics_interval = 1000"];
    let conf = own.iter().chain(conf).map(|&line| line.to_owned()).collect();
    Options { root, conf, ..Options::default() }
}

fn encoded(name: &str) -> String {
    utf8_percent_encode(name, NON_ALPHANUMERIC).to_string()
}
