//! A Kubernetes control plane without containers: etcd, kube-apiserver with the aggregator, kube-controller-manager.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::kubectl::Kubectl;
use super::{parts, wait};
use leveret_harness::Client;
use leveret_harness::{Authority, Certificate};
use leveret_harness::{GuardedCommand, Process};

/// The controllers that a Deployment under an HPA needs. Those that watch nodes are left out: the test's node agent
/// stands for the nodes, and there is no Node object that they could find healthy.
const CONTROLLERS: &str = "deployment-controller,replicaset-controller,horizontal-pod-autoscaler-controller,\
                           serviceaccount-controller,root-ca-certificate-publisher-controller,namespace-controller";

/// A running control plane.
pub(crate) struct ControlPlane {
    kubectl: Kubectl,
    url: String,
    ca: Authority,
    // Ended in this order: clients of the API server end first.
    controller_manager: Process,
    api_server: Process,
    _etcd: Process,
    folder: TempDir,
}

impl ControlPlane {
    /// Starts one, and waits until it is ready.
    #[track_caller]
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("leveret-control-plane").tempdir().expect("a temporary folder");
        let path = folder.path();
        let (etcd, etcd_url) = etcd(path);
        let ca = Authority::new("kubernetes");
        let port = parts::free_port();
        let url = format!("https://127.0.0.1:{port}");
        let mut api_server = api_server(path, &ca, port, &etcd_url);
        let admin = kubeconfig(path, &ca, &url, &ca.client("admin", &["system:masters"]).write(path, "admin"), "admin");
        let kubectl = Kubectl::new(&admin, path);
        wait::until("the API server to be ready", Duration::from_secs(120), || match api_server.ended() {
            Some(status) => panic!("the API server ended: {status}\n{}", api_server.tail()),
            None => kubectl.raw("/readyz"),
        });
        let controller_manager = controller_manager(path, &ca, &url);
        Self { kubectl, url, ca, controller_manager, api_server, _etcd: etcd, folder }
    }

    /// kubectl as the administrator.
    pub(crate) fn kubectl(&self) -> &Kubectl {
        &self.kubectl
    }

    /// Where the API server is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The administrator, for questions that kubectl cannot ask.
    pub(crate) fn client(&self) -> Client {
        let admin = Certificate::in_folder(self.folder(), "admin");
        let read = |path| std::fs::read_to_string(path).expect("the file was written at the start");
        Client::trusting(&self.ca.pem()).identity(&(read(admin.certificate) + &read(admin.key)))
    }

    /// A folder for whatever belongs to this cluster.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// kubectl as a user who has nothing but a name and groups.
    pub(crate) fn kubectl_as(&self, user: &str, groups: &[&str]) -> Kubectl {
        let path = self.folder.path();
        let certificate = self.ca.client(user, groups).write(path, &file_name(user));
        Kubectl::new(&kubeconfig(path, &self.ca, &self.url, &certificate, user), &path.join(user))
    }

    /// A kubeconfig with the token of a service account, as a pod would have it.
    #[track_caller]
    pub(crate) fn service_account(&self, namespace: &str, name: &str) -> PathBuf {
        let token = self.kubectl.run(&["-n", namespace, "create", "token", name], "").expect("the account exists");
        let path = self.folder.path().join(format!("{namespace}-{name}.kubeconfig"));
        let ca = self.ca.write(&self.folder.path().join("ca.crt"));
        let user = format!("token: {}", token.trim());
        std::fs::write(&path, kubeconfig_text(&self.url, &ca, &user)).expect("the test's folder is writable");
        path
    }

    /// What the processes printed last, for a message about a failure.
    pub(crate) fn tail(&self) -> String {
        format!("{}\n{}", self.controller_manager.tail(), self.api_server.tail())
    }
}

fn etcd(folder: &Path) -> (Process, String) {
    let url = format!("http://127.0.0.1:{}", parts::free_port());
    let peer = format!("http://127.0.0.1:{}", parts::free_port());
    let mut command = GuardedCommand::new(parts::control_plane());
    command
        .args(["etcd", "--data-dir"])
        .arg(folder.join("etcd"))
        // A test's data may be lost with the test; waiting for the disk is most of a slow start.
        .arg("--unsafe-no-fsync")
        .args(["--listen-client-urls", &url, "--advertise-client-urls", &url])
        .args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer])
        .args(["--initial-cluster", &format!("default={peer}")]);
    (Process::start("etcd", folder, command).expect("etcd can be started"), url)
}

fn api_server(folder: &Path, ca: &Authority, port: u16, etcd_url: &str) -> Process {
    let serving = ca.server(&["127.0.0.1", "localhost", "kubernetes.default.svc"]).write(folder, "kube-apiserver");
    let front_proxy = Authority::new("front-proxy");
    let proxy = front_proxy.client("front-proxy-client", &[]).write(folder, "front-proxy-client");
    let accounts = ca.client("service-accounts", &[]).write(folder, "service-accounts");
    let (ca, front_proxy) = (ca.write(&folder.join("ca.crt")), front_proxy.write(&folder.join("front-proxy-ca.crt")));
    let mut command = GuardedCommand::new(parts::control_plane());
    let files = [
        ("tls-cert-file", &serving.certificate),
        ("tls-private-key-file", &serving.key),
        ("client-ca-file", &ca),
        ("requestheader-client-ca-file", &front_proxy),
        ("proxy-client-cert-file", &proxy.certificate),
        ("proxy-client-key-file", &proxy.key),
        ("service-account-signing-key-file", &accounts.key),
        ("service-account-key-file", &accounts.certificate),
    ];
    command
        .arg("kube-apiserver")
        .args(files.map(|(flag, file)| format!("--{flag}={}", file.display())))
        .args(["--bind-address=127.0.0.1", "--advertise-address=127.0.0.1"])
        .args([&format!("--secure-port={port}"), &format!("--etcd-servers={etcd_url}")])
        .args(["--authorization-mode=RBAC", "--service-cluster-ip-range=10.0.0.0/24"])
        .args(["--service-account-issuer=https://kubernetes.default.svc", "--endpoint-reconciler-type=none"])
        .args(["--requestheader-allowed-names=front-proxy-client", "--requestheader-username-headers=X-Remote-User"])
        .args(["--requestheader-group-headers=X-Remote-Group", "--requestheader-extra-headers-prefix=X-Remote-Extra-"]);
    Process::start("kube-apiserver", folder, command).expect("the API server can be started")
}

fn controller_manager(folder: &Path, ca: &Authority, url: &str) -> Process {
    let user = "system:kube-controller-manager";
    let config =
        kubeconfig(folder, ca, url, &ca.client(user, &[]).write(folder, &file_name(user)), "controller-manager");
    let mut command = GuardedCommand::new(parts::control_plane());
    command
        .arg("kube-controller-manager")
        .arg(format!("--kubeconfig={}", config.display()))
        .arg(format!("--service-account-private-key-file={}", folder.join("service-accounts.key").display()))
        .arg(format!("--root-ca-file={}", folder.join("ca.crt").display()))
        .arg(format!("--controllers={CONTROLLERS}"))
        .args(["--use-service-account-credentials", "--leader-elect=false", "--secure-port=0"])
        .args(["--horizontal-pod-autoscaler-sync-period=1s"]);
    Process::start("kube-controller-manager", folder, command).expect("the controller manager can be started")
}

fn kubeconfig(folder: &Path, ca: &Authority, url: &str, user: &Certificate, name: &str) -> PathBuf {
    let ca = ca.write(&folder.join("ca.crt"));
    let user = format!("client-certificate: {}\n    client-key: {}", user.certificate.display(), user.key.display());
    let path = folder.join(format!("{name}.kubeconfig"));
    std::fs::write(&path, kubeconfig_text(url, &ca, &user)).expect("the test's folder is writable");
    path
}

fn kubeconfig_text(url: &str, ca: &Path, user: &str) -> String {
    let ca = ca.display();
    format!(
        "apiVersion: v1
kind: Config
clusters:
- name: test
  cluster:
    server: {url}
    certificate-authority: {ca}
users:
- name: user
  user:
    {user}
contexts:
- name: test
  context: {{cluster: test, user: user}}
current-context: test
"
    )
}

/// A user's name as the name of a file.
fn file_name(user: &str) -> String {
    user.replace(':', "-")
}
