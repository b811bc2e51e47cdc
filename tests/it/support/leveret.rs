//! A running `leveret serve`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use leveret_core::quantity::Milli;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tempfile::TempDir;

use super::control_plane::ControlPlane;
use super::{install, parts, wait};
use leveret_harness::{Answer, Authority, Client, GuardedCommand, Process};

/// How long an orderly end may take: no delay is configured, and nothing long is under way.
const END: Duration = Duration::from_secs(5);

/// A running Leveret. Dropping it ends it by SIGTERM, and it must then exit with 0 in time.
pub(crate) struct Leveret {
    process: Process,
    port: u16,
    admin_port: u16,
    /// Its certificate, key and configuration, as a pod's mounted volume would hold them.
    folder: TempDir,
}

impl Leveret {
    /// Starts it behind the aggregator of a cluster, with the shipped manifests applied and no more rights than they
    /// give, and waits until the aggregator finds it available.
    #[track_caller]
    pub(crate) fn in_cluster(cluster: &ControlPlane, config: &str) -> Self {
        let folder = temporary();
        let authority = Authority::new("leveret");
        authority.write(&folder.path().join("ca.crt"));
        authority.server(&[install::SERVICE]).write(folder.path(), "tls");
        install::apply(cluster, folder.path(), install::UNKNOWN_PORT);
        let kubeconfig = cluster.service_account("leveret", "leveret");
        let flag = |name: &str, file: &Path| OsString::from(format!("--{name}={}", file.display()));
        let access = [
            flag("kubeconfig", &kubeconfig),
            flag("tls-cert-file", &folder.path().join("tls.crt")),
            flag("tls-key-file", &folder.path().join("tls.key")),
        ];
        let mut leveret = Self::start(folder, config, &access);
        install::apply(cluster, leveret.folder.path(), leveret.port());
        leveret.wait_until_ready();
        wait::until("the aggregator to find the API available", Duration::from_secs(60), || {
            install::available(cluster).map_err(|seen| format!("{seen}\n{}", leveret.tail()))
        });
        leveret
    }

    /// Starts it without a cluster: on loopback, for holders of its token.
    #[track_caller]
    pub(crate) fn without_cluster(config: &str) -> Self {
        let mut leveret = Self::without_cluster_unready(config);
        leveret.wait_until_ready();
        leveret
    }

    /// The same, without waiting for it to be ready.
    #[track_caller]
    pub(crate) fn without_cluster_unready(config: &str) -> Self {
        let folder = temporary();
        let access = ["--without-cluster".into(), "--credentials-dir".into(), folder.path().into()];
        Self::start(folder, config, &access)
    }

    #[track_caller]
    fn start(folder: TempDir, config: &str, access: &[OsString]) -> Self {
        let path = folder.path();
        std::fs::write(path.join("leveret.yaml"), config).expect("the test's folder is writable");
        let mut command = GuardedCommand::new(parts::program("leveret"));
        command
            .arg("serve")
            .args([Path::new("--config"), &path.join("leveret.yaml")])
            .args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
            .args(["--shutdown-delay", "0s", "--log-format", "text"])
            .args(access);
        let mut process = Process::start("leveret", path, command).expect("Leveret can be started");
        let port = logged_port(&mut process, "external metrics API listening");
        let admin_port = logged_port(&mut process, "admin port listening");
        Self { process, port, admin_port, folder }
    }

    #[track_caller]
    fn wait_until_ready(&mut self) {
        wait::until("Leveret to be ready", Duration::from_secs(30), || match self.process.ended() {
            Some(status) => panic!("Leveret ended: {status}\n{}", self.tail()),
            None => self.admin("/readyz").map_err(|seen| format!("{seen}\n{}", self.tail())),
        });
    }

    /// The number that it answers for a signal, asked directly as the holder of the token.
    pub(crate) fn signal(&self, signal: &str, selector: &str) -> Result<f64, String> {
        let list = self.question(signal, selector)?;
        let list: Value = serde_json::from_str(&list.ok()?).map_err(|error| error.to_string())?;
        let items = list["items"].as_array().ok_or("the answer has no items")?;
        let [item] = items.as_slice() else { return Err(format!("{} items", items.len())) };
        let text = item["value"].as_str().ok_or("the item has no value")?;
        text.parse::<Milli>().map(Milli::as_f64).map_err(|error| error.to_string())
    }

    /// The whole answer to the question for a signal, asked directly as the holder of the token.
    pub(crate) fn question(&self, signal: &str, selector: &str) -> Result<Answer, String> {
        let selector = utf8_percent_encode(selector, NON_ALPHANUMERIC);
        self.ask(&format!("/apis/external.metrics.k8s.io/v1beta1/namespaces/default/{signal}?labelSelector={selector}"))
    }

    /// Asks its API directly, without a cluster in between, as the holder of the token.
    pub(crate) fn ask(&self, path: &str) -> Result<Answer, String> {
        let token = std::fs::read_to_string(self.file("token")).map_err(|error| format!("its token: {error}"))?;
        self.ask_as(&self.anonymous().header("authorization", &format!("Bearer {}", token.trim())), path)
    }

    /// Asks its API directly as this client.
    pub(crate) fn ask_as(&self, client: &Client, path: &str) -> Result<Answer, String> {
        client.get(&format!("https://{}:{}{path}", self.host(), self.port))
    }

    /// A client that trusts its certificate and whom it does not know.
    pub(crate) fn anonymous(&self) -> Client {
        Client::trusting(&std::fs::read_to_string(self.file("ca.crt")).expect("its authority is in its folder"))
    }

    /// Writes another configuration, at once as a ConfigMap's update is.
    pub(crate) fn configure(&self, config: &str) {
        self.replace("leveret.yaml", config);
    }

    /// Replaces one of its files by another in one step.
    pub(crate) fn replace(&self, name: &str, text: &str) {
        let new = self.file(&format!("{name}.new"));
        std::fs::write(&new, text).expect("the test's folder is writable");
        std::fs::rename(new, self.file(name)).expect("a file can be replaced");
    }

    /// One of its files.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A page of the admin port.
    pub(crate) fn admin(&self, path: &str) -> Result<String, String> {
        Client::default().get(&format!("http://127.0.0.1:{}{path}", self.admin_port))?.ok()
    }

    /// The port of the API.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The admin port.
    pub(crate) fn admin_port(&self) -> u16 {
        self.admin_port
    }

    /// A series of its own, such as `leveret_polls_total{broker="main",outcome="ok"}`.
    pub(crate) fn series(&self, series: &str) -> Option<f64> {
        let text = self.admin("/metrics").ok()?;
        let mut lines = text.lines().filter_map(|line| line.rsplit_once(' '));
        lines.find(|(name, _)| *name == series)?.1.parse().ok()
    }

    /// How many questions for this signal it has refused.
    pub(crate) fn refusals(&self, signal: &str) -> f64 {
        let (text, signal) = (self.admin("/metrics").unwrap_or_default(), format!("signal=\"{signal}\""));
        let answers = text.lines().filter_map(|line| line.strip_prefix("leveret_answers_total")?.rsplit_once(' '));
        let refused = answers.filter(|(labels, _)| labels.contains(&signal) && !labels.contains(r#"outcome="ok""#));
        refused.filter_map(|(_, count)| count.parse::<f64>().ok()).sum()
    }

    /// Ends it by SIGTERM, and expects that it exits with 0 within `limit`.
    #[track_caller]
    pub(crate) fn stop(&mut self, limit: Duration) {
        let status = self.process.stop(limit);
        let ended = status.unwrap_or_else(|| panic!("Leveret did not end within {limit:?}\n{}", self.tail()));
        assert!(ended.success(), "Leveret ended with {ended}\n{}", self.tail());
    }

    /// Whether it still runs, as the process that was started.
    pub(crate) fn runs(&mut self) -> bool {
        self.process.ended().is_none()
    }

    /// The end of its log, for a message about a failure.
    pub(crate) fn tail(&self) -> String {
        self.process.tail()
    }

    fn host(&self) -> &'static str {
        if self.file("token").exists() { "127.0.0.1" } else { install::SERVICE }
    }
}

impl Drop for Leveret {
    fn drop(&mut self) {
        // A test that has failed has said enough; a second panic would hide it.
        if !std::thread::panicking() && self.runs() {
            self.stop(END);
        }
    }
}

/// The port in the line of the log that says what listens where.
#[track_caller]
fn logged_port(process: &mut Process, what: &str) -> u16 {
    wait::until(&format!("Leveret to log `{what}`"), Duration::from_secs(30), || {
        let ended = process.check();
        let log = process.log();
        let address = log.lines().find(|line| line.contains(what)).and_then(|line| line.split("address=").nth(1));
        let port = address.and_then(|rest| rest.split_whitespace().next()?.rsplit_once(':')?.1.parse().ok());
        match (port, ended) {
            (Some(port), _) => Ok(port),
            (None, Ok(())) => Err(process.tail()),
            (None, Err(ended)) => panic!("{ended}"),
        }
    })
}

fn temporary() -> TempDir {
    tempfile::Builder::new().prefix("leveret").tempdir().expect("a temporary folder")
}
