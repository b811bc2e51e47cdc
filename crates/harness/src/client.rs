//! Questions over HTTP to one port of this machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde_json::Value;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What was answered, whatever the status.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub text: String,
}

/// Who asks, and whom.
#[derive(Clone, Debug, Default)]
pub struct Client {
    authority: Option<String>,
    identity: Option<String>,
    headers: Vec<(String, String)>,
}

impl Client {
    /// A client that trusts this authority (PEM) and has no identity of its own.
    pub fn trusting(authority: &str) -> Self {
        Self { authority: Some(authority.to_owned()), ..Self::default() }
    }

    /// The same with a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with a client certificate and its key (PEM, one after the other).
    #[must_use]
    pub fn identity(mut self, pem: &str) -> Self {
        self.identity = Some(pem.to_owned());
        self
    }

    /// GETs a URL whose host, whatever its name, is this machine. Every call is a new connection.
    pub fn get(&self, url: &str) -> Result<Answer, String> {
        let url = reqwest::Url::parse(url).map_err(|error| format!("`{url}`: {error}"))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(self.ask(url)).map_err(|error| {
            // The message of the error alone says only that the request failed; its causes say why.
            let causes = std::iter::successors(std::error::Error::source(&error), |cause| cause.source());
            causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
        })
    }

    async fn ask(&self, url: reqwest::Url) -> reqwest::Result<Answer> {
        // A second provider may be installed already by another test of this process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder().no_proxy().timeout(PATIENCE);
        if let Some(host) = url.host_str() {
            let port = url.port().unwrap_or_default();
            builder = builder.resolve(host, SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        }
        if let Some(authority) = &self.authority {
            builder = builder.tls_certs_only([reqwest::Certificate::from_pem(authority.as_bytes())?]);
        }
        if let Some(identity) = &self.identity {
            builder = builder.identity(reqwest::Identity::from_pem(identity.as_bytes())?);
        }
        let mut request = builder.build()?.get(url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        Ok(Answer { status, text: response.text().await? })
    }
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in the answer {self:?}"))
    }

    /// The body, if the status is 200.
    pub fn ok(self) -> Result<String, String> {
        if self.status == 200 { Ok(self.text) } else { Err(format!("{}: {}", self.status, self.text)) }
    }
}
