//! HTTP requests to a broker: GET only, bounded, without redirects or proxies.
//!
//! Connections are kept for the next request, but for less time than a broker keeps them. The certificate files are read
//! again at each read, but clients are rebuilt only if one of the files has changed.

mod body;
mod causes;
mod deadline;
mod failure;
mod resolve;
mod shown;
mod tls;

pub(super) use body::Body;
pub(super) use deadline::Deadline;
pub(super) use shown::Shown;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response, StatusCode, Url};

use crate::config::TlsFiles;
use leveret_core::observation::{Failure, FailureKind};
use leveret_runtime::secret::Login;

/// The clients for one broker.
#[derive(Debug)]
pub(super) struct Http {
    files: TlsFiles,
    material: tls::Material,
    /// When the client certificate expires.
    expires: Option<Timestamp>,
    connect_timeout: Duration,
    clients: HashMap<Option<Pinned>, Client>,
}

/// An address to connect to, in place of what the host name resolves to. The `Host` header and the TLS handshake still
/// carry the name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Pinned {
    pub(super) host: String,
    pub(super) address: SocketAddr,
}

impl Http {
    /// Clients are built when they are needed.
    pub(super) fn new(files: TlsFiles, connect_timeout: Duration) -> Self {
        Self { files, material: tls::Material::default(), expires: None, connect_timeout, clients: HashMap::new() }
    }

    /// Reads the certificate files again, and drops all clients if one of the files has changed.
    pub(super) fn refresh_certificates(&mut self) -> Result<(), Failure> {
        let material = self.material.reread(&self.files)?;
        if material != self.material {
            self.clients.clear();
            self.expires = material.expiry();
            self.material = material;
        }
        Ok(())
    }

    /// When the client certificate, as it was last read, expires with its chain; none without one, or if that cannot be told.
    pub(super) fn client_certificate_expiry(&self) -> Option<Timestamp> {
        self.expires
    }

    /// Drops the clients of pinned addresses that `keep` rejects, so that there are no more clients than nodes.
    pub(super) fn retain(&mut self, keep: impl Fn(&Pinned) -> bool) {
        self.clients.retain(|pinned, _| pinned.as_ref().is_none_or(&keep));
    }

    /// The client for a URL, or for one address of its host. It is cheap to clone.
    pub(super) fn client(&mut self, url: &Url, pinned: Option<&Pinned>) -> Result<Client, Failure> {
        // One unpinned client serves all URLs of a broker; the first `https` URL rebuilds it with the system's authorities.
        let secure = url.scheme() == "https";
        if secure && self.material.needs_roots() {
            self.material.use_system_roots();
            self.clients.clear();
        }
        let key = pinned.cloned();
        if let Some(client) = self.clients.get(&key) {
            return Ok(client.clone());
        }
        let client = self.material.client(self.connect_timeout, pinned)?;
        self.clients.insert(key, client.clone());
        Ok(client)
    }
}

/// Requests `url`. None if the status is 404; every other status than 200 is a failure.
pub(super) async fn get(client: &Client, url: Url, login: Option<&Login>) -> Result<Option<Body>, Failure> {
    let response = send(client, &url, login).await.map_err(|error| failure::of_request(&url, &error))?;
    match response.status() {
        StatusCode::OK if is_web_page(&response) => Err(failure::web_page(&url)),
        StatusCode::OK => Ok(Some(Body::new(response, url))),
        StatusCode::NOT_FOUND => Ok(None),
        status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
            let reason = Body::new(response, url.clone()).reason().await;
            Err(failure::unauthorized(&url, status, reason.as_deref(), login.is_some()))
        }
        status => {
            let reason = Body::new(response, url.clone()).reason().await;
            let said = reason.map_or_else(String::new, |reason| format!(" (`{reason}`)"));
            let help = if status.is_redirection() {
                "redirects are not followed, so configure the URL that it redirects to"
            } else {
                "look into the broker's log at this time"
            };
            Err(Failure::new(FailureKind::Status, format!("`{}` answered {status}{said}; {help}", Shown(&url))))
        }
    }
}

/// Whether the answer says that it is a web page, which no part of RabbitMQ that is read answers with.
fn is_web_page(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    ["text/html", "application/xhtml+xml"].iter().any(|page| kind.eq_ignore_ascii_case(page))
}

/// Sends the request, and sends it once more if its connection ends before an answer begins: a broker closes a kept
/// connection at a time of its own choice, which may be just when the request is on its way. The second time the
/// connection is a new one, because no more than the one that has just ended is kept.
async fn send(client: &Client, url: &Url, login: Option<&Login>) -> reqwest::Result<Response> {
    let request = || {
        let request = client.get(url.clone());
        match login {
            Some(login) => request.basic_auth(login.username.expose(), Some(login.password.expose())),
            None => request,
        }
    };
    match request().send().await {
        Err(error) if failure::is_unanswered(&error) => request().send().await,
        outcome => outcome,
    }
}
