//! The one way to ask a broker something over HTTP: GET, bounded, without redirects or proxies.
//!
//! Connections are kept between reads. Certificates are read again before each read, and clients are only built anew when
//! one of the files has changed.

mod blame;
mod body;
mod deadline;
mod shown;
mod tls;

pub(super) use blame::Fault;
pub(super) use body::Body;
pub(super) use deadline::Deadline;
pub(super) use shown::Shown;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use reqwest::{Client, StatusCode, Url};

use crate::config::TlsFiles;
use leveret_core::observation::FailureKind;
use leveret_runtime::secret::Login;

/// The clients for one broker.
#[derive(Debug)]
pub(super) struct Http {
    files: TlsFiles,
    material: tls::Material,
    connect_timeout: Duration,
    clients: HashMap<Option<Pinned>, Client>,
}

/// One node's address in place of what its name resolves to. The name stays in the `Host` header and in the TLS handshake.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Pinned {
    pub(super) host: String,
    pub(super) address: SocketAddr,
}

impl Http {
    /// No client yet; they are built when they are needed.
    pub(super) fn new(files: TlsFiles, connect_timeout: Duration) -> Self {
        Self { files, material: tls::Material::default(), connect_timeout, clients: HashMap::new() }
    }

    /// Reads the certificate files again. Clients are forgotten when a file has changed, and those of nodes that `keep`
    /// does not know any more, so that their number stays that of the nodes.
    pub(super) fn refresh(&mut self, keep: impl Fn(&Pinned) -> bool) -> Result<(), Fault> {
        let material = self.material.reread(&self.files)?;
        if material != self.material {
            self.clients.clear();
            self.material = material;
        }
        self.clients.retain(|pinned, _| pinned.as_ref().is_none_or(&keep));
        Ok(())
    }

    /// The client for a URL, or for one address of its host. It is cheap to clone.
    pub(super) fn client(&mut self, url: &Url, pinned: Option<&Pinned>) -> Result<Client, Fault> {
        // One unpinned client serves all URLs of a broker; with `https` among them the first such URL builds it again.
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

/// Asks for `url`. None when the answer is 404; every other status but 200 is a fault.
pub(super) async fn get(client: &Client, url: Url, login: Option<&Login>) -> Result<Option<Body>, Fault> {
    let mut request = client.get(url.clone());
    if let Some(login) = login {
        request = request.basic_auth(login.username.expose(), Some(login.password.expose()));
    }
    let response = request.send().await.map_err(|error| Fault::of_request(&url, &error))?;
    match response.status() {
        StatusCode::OK => Ok(Some(Body::new(response, url))),
        StatusCode::NOT_FOUND => Ok(None),
        status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
            let reason = Body::new(response, url.clone()).reason().await;
            Err(Fault::unauthorized(&url, status, reason.as_deref(), login.is_some()))
        }
        status => {
            let reason = Body::new(response, url.clone()).reason().await;
            let said = reason.map_or_else(String::new, |reason| format!(" (`{reason}`)"));
            let help = if status.is_redirection() {
                "redirects are not followed, so give the URL that it redirects to"
            } else {
                "look at the broker's log at this time"
            };
            Err(Fault::new(FailureKind::Status, format!("`{}` answered {status}{said}; {help}", Shown(&url))))
        }
    }
}
