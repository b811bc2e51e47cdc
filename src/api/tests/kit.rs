//! A running server with everything around it, and a client.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::reviewers::Reviewers;
use crate::api::net::tls;
use crate::api::{Answers, AuthConfig, Gate, Observer, Server, ServingCertificate, Setup};
use leveret_core::Moment;
use leveret_core::catalog::{Item, Reason, Refusal};
use leveret_core::quantity::Milli;
use leveret_harness::{Authority, Pair};
use leveret_runtime::Clock;
use leveret_runtime::tasks::Tasks;

/// The path above the metrics of a namespace.
pub(super) const VALUES: &str = "/apis/external.metrics.k8s.io/v1beta1/namespaces/shop";

/// The signals in discovery.
pub(super) const SIGNALS: &[&str] = &["backlog_per_consumer", "rabbitmq_queue_messages_ready"];

/// A running server. It ends with the test.
pub(super) struct Running {
    pub(super) address: SocketAddr,
    pub(super) stop: CancellationToken,
    /// The authority of the serving certificate.
    pub(super) serving: Authority,
    pub(super) front: Authority,
    pub(super) clients: Authority,
    pub(super) auth_config: Arc<ArcSwap<AuthConfig>>,
    pub(super) reviewers: Arc<Reviewers>,
    pub(super) seen: Arc<Seen>,
}

/// What the observer received: route and status of each request, reloads of the certificate, and when it expires.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) answered: Mutex<Vec<(&'static str, u16)>>,
    pub(super) reloaded: Mutex<Vec<bool>>,
    pub(super) expires: Mutex<Vec<Option<Timestamp>>>,
}

/// Answers 42 for all metrics but a few, whose names say how they fail.
pub(super) struct Table;

/// A response, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) code: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Running {
    /// A delegating server with a certificate that does not change.
    pub(super) async fn start() -> Self {
        Self::start_with(Duration::ZERO, |serving| {
            let Pair { certificate, key } = serving.server(&["localhost", "127.0.0.1"]);
            ServingCertificate::from_pem(&certificate, &key).expect("a pair")
        })
        .await
    }

    pub(super) async fn start_with(
        drain_delay: Duration,
        certificate: impl FnOnce(&Authority) -> ServingCertificate,
    ) -> Self {
        let (serving, front, clients) = (Authority::new("serving"), Authority::new("front"), Authority::new("clients"));
        let auth_config = Arc::new(ArcSwap::from_pointee(auth_config(&front, &clients)));
        let (reviewers, seen) = (Arc::new(Reviewers::default()), Arc::new(Seen::default()));
        let (tokens, access) = (Arc::clone(&reviewers) as _, Arc::clone(&reviewers) as _);
        let gate = Gate::delegated(Arc::clone(&auth_config), tokens, access, Clock::system());
        let setup = Setup { drain_delay, ..setup(certificate(&serving), gate, Arc::clone(&seen) as _) };
        let (address, stop) = serve(setup).await;
        Self { address, stop, serving, front, clients, auth_config, reviewers, seen }
    }

    /// A client that presents this certificate, or none.
    pub(super) fn client(&self, pair: Option<&Pair>) -> Client {
        client(&self.serving.pem(), pair)
    }

    /// A front proxy with a valid certificate.
    pub(super) fn proxy(&self) -> Client {
        self.client(Some(&self.front.client("front-proxy-client", &[])))
    }

    /// A user's request, passed on by the front proxy.
    pub(super) async fn get_as(&self, user: &str, path: &str) -> Answer {
        self.get(&self.proxy(), path, &[("x-remote-user", user)]).await
    }

    pub(super) async fn get(&self, client: &Client, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(client, Method::GET, path, headers).await
    }

    pub(super) async fn send(&self, client: &Client, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        send(client, self.address, method, path, headers).await.expect("an answer")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Checks that this is a Status, in every respect that clients rely on, and returns its message.
    #[track_caller]
    pub(super) fn status(&self, code: u16, reason: &str) -> String {
        let body = self.json();
        let fields = [&body["kind"], &body["apiVersion"], &body["status"], &body["reason"], &body["code"]];
        assert_eq!(
            fields,
            [&json!("Status"), &json!("v1"), &json!("Failure"), &json!(reason), &json!(code)],
            "{self:?}"
        );
        assert_eq!(self.code, code);
        assert_eq!(self.headers["content-type"], "application/json");
        assert_eq!(self.headers["x-content-type-options"], "nosniff");
        assert!(!self.headers.contains_key("retry-after"));
        body["message"].as_str().expect("a message").to_owned()
    }
}

impl Answers for Table {
    fn answer<'a>(&'a self, metric: &'a str, selector: &'a str) -> BoxFuture<'a, Result<Vec<Item>, Refusal>> {
        async move { look_up(metric, selector) }.boxed()
    }
}

fn look_up(metric: &str, selector: &str) -> Result<Vec<Item>, Refusal> {
    let refuse = |reason| Err(Refusal::new(reason, format!("no `{metric}` for `{selector}`")));
    match metric {
        "bad" => refuse(Reason::BadSelector),
        "stale" => refuse(Reason::Stale),
        "panic" => panic!("a handler panics"),
        "unknown" => refuse(Reason::UnknownMetric),
        _ => Ok(vec![Item {
            labels: vec![("queue", selector.to_owned())],
            at: Moment::new(Duration::ZERO, "2026-01-02T03:04:05Z".parse().expect("a time")),
            value: Milli::new(42_000),
        }]),
    }
}

impl Observer for Seen {
    fn answered(&self, route: &'static str, code: u16, _took: Duration) {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner).push((route, code));
    }

    fn handshake_failed(&self) {}

    fn certificate_reloaded(&self, usable: bool) {
        self.reloaded.lock().unwrap_or_else(PoisonError::into_inner).push(usable);
    }

    fn certificate_expires(&self, at: Option<Timestamp>) {
        self.expires.lock().unwrap_or_else(PoisonError::into_inner).push(at);
    }
}

/// The ConfigMap of a cluster with these two authorities.
pub(super) fn auth_config(front: &Authority, clients: &Authority) -> AuthConfig {
    let data = [
        ("client-ca-file", clients.pem()),
        ("requestheader-client-ca-file", front.pem()),
        ("requestheader-allowed-names", json!(["front-proxy-client"]).to_string()),
        ("requestheader-username-headers", json!(["X-Remote-User"]).to_string()),
        ("requestheader-uid-headers", json!(["X-Remote-Uid"]).to_string()),
        ("requestheader-group-headers", json!(["X-Remote-Group"]).to_string()),
        ("requestheader-extra-headers-prefix", json!(["X-Remote-Extra-"]).to_string()),
    ];
    let data: BTreeMap<_, _> = data.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    AuthConfig::from_config_map(&data).expect("usable")
}

pub(super) fn setup(certificate: ServingCertificate, gate: Gate, observer: Arc<dyn Observer>) -> Setup {
    Setup {
        flag: "--listen",
        address: ([127, 0, 0, 1], 0).into(),
        certificate,
        gate,
        answers: Arc::new(Table),
        health: Arc::new(|| vec![("brokers-attempted", true)]),
        observer,
        signals: SIGNALS,
        clock: Clock::system(),
        drain_delay: Duration::ZERO,
    }
}

pub(super) async fn serve(setup: Setup) -> (SocketAddr, CancellationToken) {
    let stop = CancellationToken::new();
    let (tasks, _supervisor) = Tasks::new(stop.clone());
    let server = Server::bind(setup).await.expect("a free port");
    let address = server.address();
    server.serve(&tasks);
    (address, stop)
}

/// A client that trusts this authority only.
pub(super) fn client(authority: &str, pair: Option<&Pair>) -> Client {
    let mut config = client_config(authority, pair);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Client::builder().tls_backend_preconfigured(config).build().expect("a client")
}

/// The TLS side of such a client.
pub(super) fn client_config(authority: &str, pair: Option<&Pair>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).expect("PEM")).expect("an authority");
    let builder = ClientConfig::builder_with_provider(tls::provider()).with_safe_default_protocol_versions();
    let builder = builder.expect("versions").with_root_certificates(roots);
    match pair.map(Pair::der) {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key).expect("a pair"),
        None => builder.with_no_client_auth(),
    }
}

#[expect(clippy::disallowed_methods, reason = "the body comes from the server under test")]
pub(super) async fn send(
    client: &Client,
    address: SocketAddr,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
) -> reqwest::Result<Answer> {
    let mut request = client.request(method, format!("https://{address}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await?;
    let (code, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Answer { code, headers, body: response.text().await? })
}

/// Waits until a condition holds.
pub(super) async fn eventually<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.unwrap_or_else(|_| panic!("never happened: {what}"));
}
