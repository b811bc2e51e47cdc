//! A client of the broker's management API, for arranging and looking.

use anyhow::Context as _;
use base64::Engine as _;
use serde_json::Value;

use crate::credentials::Credentials;
use crate::http;

/// The management API of one broker, as one of its users. Paths are given whole and percent-encoded, such as
/// `/api/queues/%2F/task_queue`.
#[derive(Clone)]
pub struct Management {
    port: u16,
    authorization: String,
}

/// What the management API answered, whatever the status.
#[derive(Clone, Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The body; [`Value::Null`] when it was empty.
    pub body: Value,
}

impl Management {
    /// The API at a loopback port, as the user that has these credentials.
    pub(crate) fn new(port: u16, user: &Credentials) -> Self {
        let pair = format!("{}:{}", user.username, user.password);
        let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
        Self { port, authorization: format!("Authorization: Basic {encoded}\r\n") }
    }

    /// The same API as another user of the broker.
    #[must_use]
    pub fn as_user(&self, username: &str, password: &str) -> Self {
        Self::new(self.port, &Credentials { username: username.into(), password: password.into() })
    }

    /// Sends any request; fails only when there is no answer.
    pub fn request(&self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Response> {
        let headers = format!("{}Content-Type: application/json\r\n", self.authorization);
        let bytes = body.map(Value::to_string).unwrap_or_default();
        let (status, answer) = http::send(self.port, method, path, &headers, bytes.as_bytes())
            .with_context(|| format!("`{method} {path}` of the management API failed"))?;
        // A body that is no JSON (an HTML error page) is kept as text for the message.
        let text = |_| Value::String(String::from_utf8_lossy(&answer).into_owned());
        let body = if answer.is_empty() { Value::Null } else { serde_json::from_slice(&answer).unwrap_or_else(text) };
        Ok(Response { status, body })
    }

    /// Reads `path`; any status but success is an error.
    pub fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.successful("GET", path, None)
    }

    /// Creates or changes what `path` names: a queue, a user, a permission, a vhost.
    pub fn put(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.successful("PUT", path, Some(body))
    }

    /// Sends `body` to `path`, such as a message to `/api/exchanges/%2F/amq.default/publish`.
    pub fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.successful("POST", path, Some(body))
    }

    /// Deletes what `path` names.
    pub fn delete(&self, path: &str) -> anyhow::Result<Value> {
        self.successful("DELETE", path, None)
    }

    fn successful(&self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let Response { status, body } = self.request(method, path, body)?;
        anyhow::ensure!((200..300).contains(&status), "`{method} {path}` was answered with {status}: {body}");
        Ok(body)
    }
}

impl std::fmt::Debug for Management {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Management").field("port", &self.port).finish_non_exhaustive()
    }
}
